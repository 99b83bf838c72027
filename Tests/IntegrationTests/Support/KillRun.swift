import Foundation
import Resilience
import ServerTestSupport

/// One program under load that is killed again and again, on a store of its own.
struct KillRun: Sendable {
  /// The store's URL; `{folder}` stands for the program's folder.
  let storage: String
  let kills: Int
  var killServer: @Sendable () -> Void = {}
  var startServer: @Sendable () async throws -> Void = {}
  var hasServer = false

  /// Kills, waits until everything is delivered, and judges.
  func run() async throws -> KillFigures {
    let ledger = KillLedger()
    // What comes directly is refused, so that everything is kept; what was kept is carried out.
    let upstream = try ScriptedUpstream(remembers: false) { request in
      guard request.fields["X-Resilience-Queued"] != nil else { return .answer(503, [], "") }
      ledger.delivered(request.body)
      return .answer(200, [], "")
    }
    defer { upstream.stop() }
    // A short lease: else the four keys would wait for half a minute after each kill, and the next would find no
    // delivery.
    let queue = "{ queue: { maxItems: 1000000, lease: 1s } }"
    let settings = ProgramSettings.dependencies(
      ("mail", "url: \"\(upstream.url)\", retry: false, circuitBreaker: false, fallback: [\(queue)]")
    ).with { $0.storage = self.storage }
    let program = try ServedProgram.beside(settings)
    defer { program.current?.end() }
    try await program.start()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for key in 0..<4 { group.addTask { await Self.produce("k\(key)", program.gateway, ledger) } }
      // Whatever happens, the producers have to end.
      defer { ledger.end() }
      for number in 1...max(1, self.kills) { try await self.kill(number, program, ledger) }
      ledger.end()
      try await group.waitForAll()
    }
    let completed = try await Self.drain(program)
    let figures = ledger.judge(completed: completed)
    if !figures.faults.isEmpty { try Self.keep(program.folder) }
    return figures
  }

  /// Every fourth time the server dies as well, and every tenth time the program while it starts.
  private func kill(_ number: Int, _ program: ServedProgram, _ ledger: KillLedger) async throws {
    if number.isMultiple(of: 10) {
      program.crash()
      let process = try program.launch()
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...250)))
      ledger.killed(whileStarting: true)
      process.end()
    } else {
      // At a random moment of the work, however fast the machine does it.
      let goal = ledger.progress + Int.random(in: 1...10)
      try await eventually(within: .seconds(60), "work goes on", every: .milliseconds(2)) {
        ledger.progress >= goal ? true : nil
      }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...20_000)))
      let withServer = self.hasServer && number.isMultiple(of: 4)
      if withServer { self.killServer() }
      ledger.killed(withServer: withServer)
      program.crash()
      if withServer { try await self.startServer() }
    }
    try await program.start()
    ledger.started()
  }

  /// Sends one request after the other, each until it is acknowledged.
  private static func produce(_ key: String, _ port: Int, _ ledger: KillLedger) async {
    var number = 0
    while !ledger.isOver {
      let text = "\(key) \(number)"
      let fields = [("X-Resilience-Ordering-Key", key), ("Idempotency-Key", text)]
      while true {
        let answer = try? await HTTP.send("POST", port, "/mail/", fields, body: text, timeout: .seconds(5))
        if answer?.status == 202 { break }
        // Not because all is over: nobody would know whether the last one was taken.
        if Task.isCancelled { return }
        try? await Task.sleep(for: .milliseconds(10))
      }
      ledger.acknowledged(text)
      number += 1
    }
  }

  /// Waits until nothing is left; how many were completed.
  private static func drain(_ program: ServedProgram) async throws -> Int {
    try await eventually(within: .seconds(300), "everything is delivered", every: .milliseconds(100)) {
      guard let queue = try await program.operate("GET", "/api/queue").json.elements.first,
        queue["waiting"].double == 0, queue["blocked"].double == 0, queue["claimed"].double == 0
      else { return nil }
      return Int(queue["completed"].double ?? -1)
    }
  }

  /// Copies the program's folder to where `RESILIENCE_TEST_EVIDENCE` says, for whoever looks for the cause.
  private static func keep(_ folder: TestFolder) throws {
    guard let place = ProcessInfo.processInfo.environment["RESILIENCE_TEST_EVIDENCE"] else { return }
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: folder.path, toPath: "\(place)/\(UUID().uuidString)")
  }
}
