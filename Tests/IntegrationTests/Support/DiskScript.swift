import Glibc
import ServerTestSupport
import Testing

/// A scripted run of the program on a disk that kills it at a boundary.
struct DiskScript: Sendable {
  let shim: DiskShim
  /// The dependency's.
  let url: String
  /// What the dependency has carried out.
  let delivered: DeliveryLog

  /// One run from an empty disk: killed as the command for the shim says, started again without harm, and drained.
  ///
  /// - Returns: Whether it was killed, and how many boundaries it passed before.
  func run(_ command: String) async throws -> (wasKilled: Bool, boundaries: Int) {
    let queue = "{ queue: { methods: [POST], lease: 500ms } }"
    let settings = ProgramSettings.dependencies(
      ("mail", "url: \"\(self.url)\", retry: false, circuitBreaker: false, fallback: [\(queue)]")
    ).with {
      $0.storage = "sqlite:\(self.shim.database)"
      $0.environment = self.shim.environment
    }
    try self.shim.forget()
    try self.shim.control(command)
    let program = try ServedProgram.beside(settings)
    defer { program.current?.end() }
    let texts = (0..<4).map { "\(command.isEmpty ? "whole" : command) \($0)" }
    var acknowledged: [String] = []
    do {
      try await program.start()
      acknowledged = await QueuePosts.post(texts, program)
      try await eventually(within: .seconds(60), "it is drained, or dead") {
        program.current?.exitCode != nil ? true : try await QueuePosts.isDrained(program)
      }
    } catch  where program.current?.exitCode != nil {
      // It died while it started, or while it was asked.
    }
    let boundaries = self.shim.count
    let wasKilled = program.current?.exitCode == 128 + SIGKILL
    program.crash()
    try self.shim.control("")
    try await program.start()
    try await eventually(within: .seconds(60), "it is drained") { try await QueuePosts.isDrained(program) }
    let done = self.delivered.all
    #expect(Set(acknowledged).subtracting(done).isEmpty, "lost at '\(command)'")
    let firsts = texts.compactMap { done.firstIndex(of: $0) }
    #expect(firsts == firsts.sorted(), "out of order at '\(command)'")
    return (wasKilled, boundaries)
  }
}
