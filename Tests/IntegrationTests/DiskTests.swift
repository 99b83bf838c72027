import Foundation
import Glibc
import Resilience
import ServerTestSupport
import Testing

@Suite("The disk below SQLite", .timeLimit(.minutes(60)))
struct DiskTests {
  /// A dependency that refuses what comes directly and carries out what was kept.
  private static func upstream(_ delivered: DeliveryLog) throws -> ScriptedUpstream {
    try ScriptedUpstream { request in
      guard request.fields["X-Resilience-Queued"] != nil else { return .answer(503, [], "") }
      delivered.add(request.body)
      return .answer(200, [], "")
    }
  }

  private static func settings(_ upstream: ScriptedUpstream, _ database: String) -> ProgramSettings {
    ProgramSettings.dependencies(
      (
        "mail",
        "url: \"\(upstream.url)\", retry: false, circuitBreaker: false, fallback: [{ queue: { methods: [POST] } }]"
      )
    ).with { $0.storage = "sqlite:\(database)" }
  }

  @Test(
    "R5.3 a disk that fails, is full or may not be written: nothing is acknowledged, nothing lost, and it goes on without restart",
    arguments: [EIO, ENOSPC, EROFS])
  func trouble(_ number: Int32) async throws {
    let shim = try await DiskShim()
    let delivered = DeliveryLog()
    let upstream = try Self.upstream(delivered)
    defer { upstream.stop() }
    let settings = Self.settings(upstream, shim.database).with { $0.environment = shim.environment }
    try await ServedProgram.run(settings) { program in
      var acknowledged = await QueuePosts.post(["a", "b", "c"], program)
      #expect(acknowledged == ["a", "b", "c"])
      try shim.control("fail \(number)")
      #expect(await QueuePosts.post(["d", "e"], program).isEmpty)
      #expect(program.current?.exitCode == nil)
      try shim.control("")
      try await eventually("it takes writes again") {
        let taken = await QueuePosts.post(["f"], program)
        acknowledged += taken
        return !taken.isEmpty
      }
      try await eventually(within: .seconds(60), "it is drained") { try await QueuePosts.isDrained(program) }
      #expect(Set(acknowledged).subtracting(delivered.all).isEmpty, "lost")
      #expect(Set(delivered.all).isSubset(of: Set(acknowledged).union(["d", "e"])))
    }
  }

  @Test(
    "R5.3 a real small disk that fills up refuses, loses nothing, goes on when there is room; read-only it is refused")
  func small() async throws {
    let folder = try TestFolder()
    let disk = folder.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    guard getuid() == 0, mount("tmpfs", disk, "tmpfs", 0, "size=1m") == 0 else {
      print("skipped: only root may mount a small disk (a tmpfs)")
      return
    }
    defer { umount2(disk, Int32(MNT_DETACH)) }
    let delivered = DeliveryLog()
    let upstream = try Self.upstream(delivered)
    defer { upstream.stop() }
    let settings = Self.settings(upstream, "\(disk)/state.db")
    try await ServedProgram.run(settings) { program in
      let filler = String(repeating: "x", count: 60_000)
      let acknowledged = await QueuePosts.post((0..<60).map { "\($0) \(filler)" }, program)
      #expect(acknowledged.count < 60 && program.current?.exitCode == nil)
      #expect(program.current?.errors.contains("disk is full") == true, "\(program.current?.errors.suffix(500) ?? "")")
      #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=64m") == 0)
      try await eventually("there is room again") { await QueuePosts.post(["more"], program) == ["more"] }
      try await eventually(within: .seconds(60), "it is drained") { try await QueuePosts.isDrained(program) }
      #expect(Set(acknowledged + ["more"]).subtracting(delivered.all).isEmpty, "lost")
      program.crash()
      let flags = UInt(MS_REMOUNT | MS_RDONLY)
      #expect(mount("tmpfs", disk, "tmpfs", flags, nil) == 0)
      let process = try program.launch()
      defer { process.end() }
      #expect(try await process.exit() == 2)
      #expect(process.errors.contains("may be read but not written"))
      #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), nil) == 0)
      try await program.start()
      #expect(await QueuePosts.post(["last"], program) == ["last"])
    }
  }
}
