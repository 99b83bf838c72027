import ServerTestSupport

/// `resilience ctl` as somebody types it.
enum Ctl {
  /// Runs a command against a program, and waits for its end.
  static func run(
    _ program: ServedProgram, _ arguments: [String], token: String? = "otto-has-a-token"
  ) async throws -> (code: Int32, output: String, errors: String) {
    let folder = try TestFolder()
    defer { withExtendedLifetime(folder) {} }  // what it prints goes with it
    let process = try ChildProcess(
      try Programs.resilience(), ["ctl"] + arguments + ["--url", "http://127.0.0.1:\(program.operations)"],
      environment: ["RESILIENCE_OPERATIONS_TOKEN": token], folder: folder, name: "ctl")
    defer { process.end() }
    return (try await process.exit(), process.output, process.errors)
  }
}
