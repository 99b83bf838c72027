import Foundation
import Resilience
import Testing

@Suite("Kept requests and kill -9", .timeLimit(.minutes(60)))
struct QueueKillTests {
  /// What producers were told, and what the dependency was asked to carry out.
  private final class Ledger: Sendable {
    private let state = Lock((acknowledged: Set<String>(), delivered: [String](), isOver: false))

    func acknowledged(_ text: String) { self.state.withLock { _ = $0.acknowledged.insert(text) } }
    func delivered(_ text: String) { self.state.withLock { $0.delivered.append(text) } }
    func end() { self.state.withLock { $0.isOver = true } }
    var isOver: Bool { self.state.withLock { $0.isOver } }
    var all: (acknowledged: Set<String>, delivered: [String]) {
      self.state.withLock { ($0.acknowledged, $0.delivered) }
    }
  }

  /// How often to kill: `RESILIENCE_TEST_KILLS`, or what is said here.
  private static func kills(_ usual: Int) -> Int {
    ProcessInfo.processInfo.environment["RESILIENCE_TEST_KILLS"].flatMap { Int($0) } ?? usual
  }

  @Test("R5.3 on SQLite: killed again and again under load, no acknowledged request is lost or delivered out of order")
  func sqlite() async throws { try await Self.run("SQLite", "sqlite:{folder}/state.db", kills: Self.kills(100)) }

  @Test(
    "R5.3 on PostgreSQL: program and server killed again and again, no acknowledged request is lost or out of order")
  func postgreSQL() async throws {
    let server = try await RealPostgreSQL()
    try await server.start()
    try await Self.run("PostgreSQL", server.url, kills: Self.kills(20), server.kill) { try await server.start() }
  }

  @Test("R5.3 on Redis: program and server killed again and again, no acknowledged request is lost or out of order")
  func redis() async throws {
    let server = try RealRedis()
    defer { server.kill() }
    try await server.start()
    try await Self.run("Redis", server.url, kills: Self.kills(20), server.kill) { try await server.start() }
  }

  /// Kills the program; every fourth time the server as well.
  private static func run(
    _ name: String, _ storage: String, kills: Int, _ killServer: @Sendable () -> Void = {},
    startServer: @Sendable () async throws -> Void = {}
  ) async throws {
    let ledger = Ledger()
    // What comes directly is refused, so that everything is kept; what was kept is carried out.
    let upstream = try ScriptedUpstream { request in
      guard request.fields["X-Resilience-Queued"] != nil else { return .answer(503, [], "") }
      ledger.delivered(request.body)
      return .answer(200, [], "")
    }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(
      (
        "mail",
        "url: \"\(upstream.url)\", retry: false, circuitBreaker: false, fallback: [{ queue: { maxItems: 1000000 } }]"
      )
    ).with { $0.storage = storage }
    try await ServedProgram.run(settings) { program in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for key in 0..<4 { group.addTask { await Self.produce("k\(key)", program.gateway, ledger) } }
        for number in 1...max(1, kills) {
          try await Task.sleep(for: .milliseconds(Int.random(in: 0...150)))
          if number.isMultiple(of: 4) { killServer() }
          program.crash()
          if number.isMultiple(of: 4) { try await startServer() }
          try await program.start()
        }
        ledger.end()
        try await group.waitForAll()
      }
      try await eventually(within: .seconds(180), "everything is delivered") {
        let queue = try await program.operate("GET", "/api/queue").json.elements.first
        return queue?["waiting"].double == 0 && queue?["blocked"].double == 0 && queue?["claimed"].double == 0
      }
      let completed = try await program.operate("GET", "/api/queue").json.elements.first?["completed"].double
      Self.judge(ledger, name, kills: kills, completed: Int(completed ?? -1))
    }
  }

  /// Sends one request after the other, each until it is acknowledged.
  private static func produce(_ key: String, _ port: Int, _ ledger: Ledger) async {
    var number = 0
    while !ledger.isOver {
      let text = "\(key) \(number)"
      let fields = [("X-Resilience-Ordering-Key", key), ("Idempotency-Key", text)]
      while true {
        let answer = try? await HTTP.send("POST", port, "/mail/", fields, body: text, timeout: .seconds(5))
        if answer?.status == 202 { break }
        try? await Task.sleep(for: .milliseconds(5))
      }
      ledger.acknowledged(text)
      number += 1
    }
  }

  private static func judge(_ ledger: Ledger, _ name: String, kills: Int, completed: Int) {
    let (acknowledged, delivered) = ledger.all
    let lost = acknowledged.subtracting(delivered)
    #expect(lost.isEmpty, "lost: \(lost.sorted().prefix(10))")
    // Every acknowledged request is one item that was completed once.
    #expect(completed == acknowledged.count, "completed \(completed), acknowledged \(acknowledged.count)")
    var highest: [Substring: Int] = [:]
    for text in delivered {
      let words = text.split(separator: " ")
      guard words.count == 2, let number = Int(words[1]) else { continue }
      let before = highest[words[0]] ?? -1
      #expect(number <= before + 1, "\(text) was delivered before \(before + 1)")
      highest[words[0]] = max(before, number)
    }
    let again = delivered.count - Set(delivered).count
    // A kill hits what is on its way: at most one of each key, and there are four.
    #expect(again <= 4 * kills, "\(again) delivered again")
    print(
      "queue on \(name), kill -9: \(kills) kills, \(acknowledged.count) acknowledged, 0 lost, \(again) delivered again"
    )
  }
}
