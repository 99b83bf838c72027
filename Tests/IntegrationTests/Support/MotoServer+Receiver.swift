import ServerTestSupport

extension MotoServer {
  /// Runs a Python program from `Receiver` on it; what it prints.
  func run(_ name: String) async throws -> JSON {
    let process = try ChildProcess(
      try Programs.python(), [Repository.path("Tests/IntegrationTests/Receiver/\(name)"), "\(self.port)"],
      folder: self.folder, name: "setup")
    let code = try await process.exit(within: .seconds(60))
    guard code == 0 else { throw Trouble("\(name) ended with \(code): \(process.errors.suffix(2_000))") }
    return JSON(process.output)
  }
}
