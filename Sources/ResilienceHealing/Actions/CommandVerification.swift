public import Resilience

/// Runs a program; healed is whatever it ends with 0 for.
public struct CommandVerification: HealingVerification {
  private let runner: CommandRunner

  /// Makes a verification.
  ///
  /// - Parameters:
  ///   - command: What to run.
  ///   - timeout: How long it may take; default 10 s.
  public init(_ command: Command, timeout: Duration = .seconds(10)) {
    self.runner = CommandRunner(command, timeout: timeout)
  }

  /// What is looked at, in words.
  public var summary: String { "\(self.runner.command.program) ends with 0" }

  /// Whether it ends with 0 now.
  public func isHealed(in context: Context) async throws -> Bool { try await self.runner.run(in: context).isSuccess }
}
