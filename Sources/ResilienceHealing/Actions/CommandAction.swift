public import Resilience

/// Runs a program; succeeds where it ends with 0.
public struct CommandAction: HealingAction {
  private let runner: CommandRunner
  private let name: String?

  /// Makes an action.
  ///
  /// - Parameters:
  ///   - command: What to run.
  ///   - timeout: How long it may take; default 30 s.
  ///   - name: What it does, in words; by default the program's name. Arguments are not shown, for they may be secret.
  public init(_ command: Command, timeout: Duration = .seconds(30), name: String? = nil) {
    self.runner = CommandRunner(command, timeout: timeout)
    self.name = name
  }

  /// What it does, in words.
  public var summary: String { self.name ?? "run \(self.runner.command.program)" }
  /// `command`.
  public var kind: String { "command" }

  /// Runs it.
  public func perform(in context: Context) async throws -> String {
    let outcome = try await self.runner.run(in: context)
    let text = outcome.output.isEmpty ? outcome.ending : "\(outcome.ending): \(outcome.output)"
    guard outcome.isSuccess else { throw HealingTrouble("'\(self.runner.command.program)' ended with \(text)") }
    return text
  }
}
