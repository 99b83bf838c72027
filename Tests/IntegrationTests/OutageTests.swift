import Foundation
import Resilience
import ServerTestSupport
import Testing

/// Prints what it has measured as a line `proof {…}`; Documentation/Proof.md has the figures.
@Suite("A real Redis and a real PostgreSQL are killed under load", .timeLimit(.minutes(60)))
struct OutageTests {
  private static let schedule = "interval: 500ms, timeout: 400ms, rise: 2, fall: 2"

  private struct Outage: Encodable {
    let killed: String
    let detected: Double
    let causeNamed: Double
    let serviceDetected: Double
    let recovered: Double
    let serviceRecovered: Double
    let answeredAgain: Double
    let wrongCauses: [String: Int]
  }

  @Test(
    "R9.3 the killed one is the only one ever named as cause, the service is its consequence, once each way, and recovery is noticed"
  )
  func outages() async throws {
    let redis = try RealRedis()
    let postgres = try await RealPostgreSQL()
    try await redis.start()
    try await postgres.start()
    let service = try await PythonProgram("orders_service.py", ["\(redis.port)", "\(postgres.port)"])
    let settings = ProgramSettings.dependencies(
      (
        "orders",
        """
        url: "http://127.0.0.1:\(service.port)", criticality: critical, dependsOn: [redis, database], timeout: 2s, \
        retry: false, circuitBreaker: { healthAware: true, openDuration: 1s }, \
        health: { path: /health, interval: 500ms, timeout: 1s, rise: 2, fall: 2 }
        """
      ),
      ("redis", "criticality: critical, health: { url: \"redis://127.0.0.1:\(redis.port)\", \(Self.schedule) }"),
      (
        "database",
        "criticality: critical, health: { url: \"postgresql://postgres@127.0.0.1:\(postgres.port)\", \(Self.schedule) }"
      ),
      ("mail", "health: { url: \"tcp://127.0.0.1:{gateway}\", \(Self.schedule) }"))
    try await ServedProgram.run(settings, alone: true) { program in
      let load = Load(program)
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { await load.run() } }
        defer { group.cancelAll() }
        // So much health as a diagnosis looks back.
        try await Task.sleep(for: .seconds(6))
        var outages = [try await Self.outage("redis", program, load, kill: redis.kill) { try await redis.start() }]
        try await Task.sleep(for: .seconds(6))
        outages.append(
          try await Self.outage("database", program, load, kill: postgres.kill) { try await postgres.start() })
        for outage in outages {
          let line = String(decoding: try JSONEncoder().encode(outage), as: UTF8.self)
          print("proof \(line)")
          #expect(outage.wrongCauses.isEmpty, "nobody else is ever named")
        }
      }
      let log = program.current?.errors ?? ""
      for (name, times) in [("redis", 1), ("database", 1), ("orders", 2), ("mail", 0)] {
        #expect(
          log.components(separatedBy: "\"\(name) is unhealthy").count - 1 == times, "\(name) failed once each time")
        #expect(log.components(separatedBy: "\"\(name) is healthy again").count - 1 == times, "\(name) came back")
      }
      #expect(load.counts[200, default: 0] > 500)
      print(
        "proof load \(load.counts.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))")
    }
  }

  /// Kills one, looks what is said until it is known, leaves it for some seconds, starts it, looks until all is well.
  private static func outage(
    _ name: String, _ program: ServedProgram, _ load: Load, kill: () -> Void, start: () async throws -> Void
  ) async throws -> Outage {
    let watch = Watch(name, program)
    watch.begin()
    kill()
    try await watch.until("detected") { $0[name]["state"] == "unhealthy" }
    try await watch.until("serviceDetected") { $0["orders"]["state"] == "unhealthy" }
    try await watch.until("causeNamed") {
      $0[name]["part"] == "cause" && $0["orders"]["part"] == "consequence" && $0["orders"]["causes"] == [.text(name)]
    }
    try await watch.look(for: .seconds(12))
    try await start()
    watch.begin()
    try await watch.until("recovered") { $0[name]["state"] == "healthy" && $0[name]["part"] == .null }
    try await watch.until("serviceRecovered") {
      $0["orders"]["part"] == .null && ["healthy", "degraded"].contains($0["orders"]["state"])
    }
    let before = load.counts[200, default: 0]
    try await watch.until("answeredAgain") { _ in load.counts[200, default: 0] > before + 5 }
    try await watch.until("all is well") { health in
      ["orders", name].allSatisfy { health[$0]["state"] == "healthy" }
    }
    let times = watch.times
    func time(_ what: String) -> Double { times[what] ?? -1 }
    return Outage(
      killed: name, detected: time("detected"), causeNamed: time("causeNamed"),
      serviceDetected: time("serviceDetected"), recovered: time("recovered"),
      serviceRecovered: time("serviceRecovered"), answeredAgain: time("answeredAgain"), wrongCauses: watch.wrongCauses)
  }
}
