import Foundation
import Glibc
import Resilience
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

  /// Posts texts one after the other, and tells those that were acknowledged.
  ///
  /// Ends at the first that finds nobody.
  private static func post(_ texts: [String], _ program: ServedProgram) async -> [String] {
    var acknowledged: [String] = []
    for text in texts {
      let fields = [("X-Resilience-Ordering-Key", "k"), ("Idempotency-Key", String(text.prefix(20)))]
      let answer = try? await HTTP.send(
        "POST", program.gateway, "/mail/", fields, body: text, timeout: .seconds(10))
      guard let answer else { return acknowledged }
      if answer.status == 202 { acknowledged.append(text) }
    }
    return acknowledged
  }

  private static func drained(_ program: ServedProgram) async throws -> Bool {
    let queue = try await program.operate("GET", "/api/queue").json.elements.first
    return queue == nil
      || (queue?["waiting"].double == 0 && queue?["blocked"].double == 0 && queue?["claimed"].double == 0)
  }

  @Test(
    "R5.3 killed at a write or synchronisation of the disk, every second write torn, the program loses nothing and starts"
  )
  func boundaries() async throws {
    let shim = try await DiskShim()
    let delivered = DeliveryLog()
    let upstream = try Self.upstream(delivered)
    defer { upstream.stop() }
    let settings = Self.settings(upstream, shim.database).with { $0.environment = shim.environment }
    try await Stage.run {
      let whole = try await Self.scripted(killedAt: nil, shim, settings, delivered)
      #expect(!whole.wasKilled && whole.boundaries > 20)
      // All of them take many minutes: Scripts/boundaries. Here a few, others in each run.
      let step = ProcessInfo.processInfo.environment["RESILIENCE_TEST_BOUNDARIES"] == "all" ? 1 : whole.boundaries / 4
      let first = ProcessInfo.processInfo.environment["RESILIENCE_TEST_BOUNDARY_FROM"].flatMap { Int($0) } ?? 1
      var number = step == 1 ? first : Int.random(in: 1...max(1, step))
      var kills = 0
      while number <= whole.boundaries {
        let run = try await Self.scripted(killedAt: number, shim, settings, delivered)
        if run.wasKilled { kills += 1 }
        number += max(1, step)
      }
      #expect(kills > 0)
      print("disk boundaries: \(kills) kills up to boundary \(whole.boundaries), 0 lost")
    }
  }

  /// One scripted run from an empty disk; killed at a boundary, started again without harm, and drained.
  private static func scripted(
    killedAt number: Int?, _ shim: DiskShim, _ settings: ProgramSettings, _ delivered: DeliveryLog
  ) async throws -> (wasKilled: Bool, boundaries: Int) {
    try shim.forget()
    try shim.control(number.map { "kill \($0)" } ?? "")
    let program = try ServedProgram.beside(settings)
    defer { program.current?.end() }
    let texts = (0..<4).map { "\(number ?? 0) \($0)" }
    var acknowledged: [String] = []
    do {
      try await program.start()
      acknowledged = await Self.post(texts, program)
      try await eventually("it is drained, or dead") {
        program.current?.exitCode != nil ? true : try await Self.drained(program)
      }
    } catch  where program.current?.exitCode != nil {
      // It died while it started, or while it was asked.
    }
    let boundaries = shim.count
    let wasKilled = program.current?.exitCode == 128 + SIGKILL
    program.crash()
    try shim.control("")
    try await program.start()
    try await eventually("it is drained") { try await Self.drained(program) }
    let done = delivered.all
    #expect(Set(acknowledged).subtracting(done).isEmpty, "lost at boundary \(number ?? 0)")
    let firsts = texts.filter(done.contains)
    #expect(firsts == firsts.sorted { done.firstIndex(of: $0) ?? 0 < done.firstIndex(of: $1) ?? 0 }, "out of order")
    return (wasKilled, boundaries)
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
      var acknowledged = await Self.post(["a", "b", "c"], program)
      #expect(acknowledged == ["a", "b", "c"])
      try shim.control("fail \(number)")
      #expect(await Self.post(["d", "e"], program).isEmpty)
      #expect(program.current?.exitCode == nil)
      try shim.control("")
      try await eventually("it takes writes again") {
        let taken = await Self.post(["f"], program)
        acknowledged += taken
        return !taken.isEmpty
      }
      try await eventually("it is drained") { try await Self.drained(program) }
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
      let acknowledged = await Self.post((0..<60).map { "\($0) \(filler)" }, program)
      #expect(acknowledged.count < 60 && program.current?.exitCode == nil)
      #expect(program.current?.errors.contains("disk is full") == true, "\(program.current?.errors.suffix(500) ?? "")")
      #expect(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=64m") == 0)
      try await eventually("there is room again") { await Self.post(["more"], program) == ["more"] }
      try await eventually("it is drained") { try await Self.drained(program) }
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
      #expect(await Self.post(["last"], program) == ["last"])
    }
  }
}
