import ServerTestSupport

/// What stands between a program and its system (`LD_PRELOAD`), compiled from `Shim`.
enum SharedLibrary {
  static func compile(_ name: String, to library: String, in folder: TestFolder) async throws {
    let source = Repository.path("Tests/IntegrationTests/Shim/\(name)")
    let process = try ChildProcess(
      try Programs.compiler(), ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], folder: folder,
      name: "compiler")
    guard try await process.exit(within: .seconds(60)) == 0 else { throw Trouble("\(name): \(process.errors)") }
  }
}
