public import Resilience
internal import Subprocess

/// Runs a program to its end.
public struct CommandRunner: Sendable {
  /// How a program ended.
  public struct Outcome: Sendable, Hashable {
    /// Whether it ended with 0.
    public let isSuccess: Bool
    /// How it ended, in words: `exit code 3`, `signal 9`.
    public let ending: String
    /// The end of what it printed, on both outputs, without secrets.
    public let output: String
  }

  /// How much of its output is kept, in bytes: the end.
  public static let mostOutput = 4_096

  /// What is run.
  public let command: Command
  private let timeout: Duration

  /// Makes a runner.
  ///
  /// - Parameters:
  ///   - command: What to run.
  ///   - timeout: How long it may take; then it and its process group are ended.
  public init(_ command: Command, timeout: Duration) {
    self.command = command
    self.timeout = timeout
  }

  /// Runs it.
  ///
  /// - Throws: `HealingTrouble` when it cannot be started; `Rejection` when it takes too long.
  public func run(in context: Context) async throws -> Outcome {
    try await Timeout(self.timeout).execute(in: context) { context in
      do {
        // The sequence ends with the program, even where somebody it has left behind holds its outputs open.
        let result = try await Subprocess.run(
          self.command.configuration(), input: .none, output: .sequence, error: .combinedWithOutput
        ) { execution in
          var tail = OutputTail(limit: Self.mostOutput)
          for try await buffer in execution.standardOutput { tail.append(buffer.withUnsafeBytes { Array($0) }) }
          let pid = Int64(execution.processIdentifier.value)
          try await SystemProcesses.waitForEnd(of: pid, on: context.runtime)
          SystemProcesses.send(SystemProcesses.kill, toGroup: pid)
          return tail
        }
        return Outcome(
          isSuccess: result.terminationStatus.isSuccess, ending: ProcessEnding.text(result.terminationStatus),
          output: self.command.redacted(result.closureResult.text))
      } catch let error as SubprocessError {
        throw HealingTrouble("'\(self.command.program)' cannot be run: \(error)")
      }
    }
  }
}
