import ServerTestSupport
import Testing

/// What can happen between the program and the server that keeps its queue, besides its death.
@Suite("A store's server that is cut off, hangs, or has its clock set", .timeLimit(.minutes(10)))
struct StoreOutageTests {
  /// What a server does to the program.
  private struct Outage: Sendable {
    let name: String
    /// Whether it comes while nothing waits.
    var comesAtRest = false
    let begin: @Sendable () async throws -> Void
    let end: @Sendable () async throws -> Void
  }

  @Test("R5.3 Redis behind a pulled cable or stopped: refused with 503, nothing lost, no restart")
  func redis() async throws {
    let network = try await Self.network()
    let server = try RealRedis(in: network)
    defer { server.kill() }
    try await server.start()
    let hangs = Outage(name: "hangs", begin: { server.pause() }, end: { server.resume() })
    try await Self.check(server.url, Self.cable(network) + [hangs])
  }

  @Test(
    "R5.3 PostgreSQL behind a pulled cable or stopped: refused with 503, nothing lost, no restart")
  func postgreSQL() async throws {
    let network = try await Self.network()
    let server = try await RealPostgreSQL(in: network)
    defer { server.kill() }
    try await server.start()
    let hangs = Outage(name: "hangs", begin: { server.pause() }, end: { server.resume() })
    try await Self.check(server.url, Self.cable(network) + [hangs])
  }

  /// Times in Redis are by its own clock: what waits while it is set back waits so much longer.
  ///
  /// So it is set back at rest.
  @Test("R5.3 clocks of Redis and of the program that jump an hour forwards and back lose nothing and stop nothing")
  func clocks() async throws {
    let (servers, programs) = (try await ClockShim(), try await ClockShim())
    let server = try RealRedis(environment: servers.environment)
    defer { server.kill() }
    try await server.start()
    let jumps = Self.jumps(servers, backAtRest: true) + Self.jumps(programs)
    try await Self.check(server.url, jumps, environment: programs.environment, isNoticed: false)
  }

  @Test("R5.3 the program's clock that jumps an hour forwards and back loses nothing on SQLite and stops nothing")
  func clockOnSQLite() async throws {
    let clock = try await ClockShim()
    try await Self.check(
      "sqlite:{folder}/state.db", Self.jumps(clock), environment: clock.environment, isNoticed: false)
  }

  private static func network() async throws -> NetworkNamespace? {
    if let obstacle = NetworkNamespace.obstacle {
      print("skipped: no cable is pulled, because \(obstacle)")
      return nil
    }
    do {
      return try await NetworkNamespace()
    } catch {
      print("skipped: no cable is pulled, because the system refuses a network: \(error)")
      return nil
    }
  }

  private static func jumps(_ clock: ClockShim, backAtRest: Bool = false) -> [Outage] {
    [
      Outage(name: "forwards", begin: { try clock.set(to: 3_600) }, end: {}),
      Outage(name: "back", comesAtRest: backAtRest, begin: { try clock.set(to: -3_600) }, end: {}),
    ]
  }

  private static func cable(_ network: NetworkNamespace?) -> [Outage] {
    network.map { network in
      [Outage(name: "cable", begin: { try await network.cut() }, end: { try await network.join() })]
    } ?? []
  }

  /// Keeps requests before, amid and after each outage, and demands all of them of the dependency.
  private static func check(
    _ storage: String, _ outages: [Outage], environment: [String: String?] = [:], isNoticed: Bool = true
  ) async throws {
    let delivered = DeliveryLog()
    let upstream = try ScriptedUpstream { request in
      guard request.fields["X-Resilience-Queued"] != nil else { return .answer(503, [], "") }
      delivered.add(request.body)
      return .answer(200, [], "")
    }
    defer { upstream.stop() }
    let keys =
      "retry: false, circuitBreaker: false, fallback: [{ queue: { methods: [POST], lease: 1s, maxDelay: 1s } }]"
    let settings = ProgramSettings.dependencies(("mail", "url: \"\(upstream.url)\", \(keys)")).with {
      $0.storage = storage
      $0.environment = environment
    }
    try await ServedProgram.run(settings) { program in
      let process = program.current?.id
      var (acknowledged, sent): (Set<String>, Set<String>) = ([], [])
      func post(_ text: String) async throws -> HTTPAnswer {
        sent.insert(text)
        let fields = [("X-Resilience-Ordering-Key", "k"), ("Idempotency-Key", text)]
        let answer = try await HTTP.send(
          "POST", program.gateway, "/mail/", fields, body: text, timeout: .seconds(60))
        if answer.status == 202 { acknowledged.insert(text) }
        return answer
      }
      for (number, outage) in outages.enumerated() {
        for part in 0..<3 { #expect(try await post("\(number) before \(part)").status == 202) }
        if outage.comesAtRest {
          try await eventually(within: .seconds(60), "nothing waits") { try await QueuePosts.isDrained(program) }
        }
        try await outage.begin()
        let amid = try await post("\(number) amid")
        if isNoticed {
          #expect(amid.status == 503, "\(outage.name): \(amid)")
        }
        try await outage.end()
        try await eventually(within: .seconds(60), "it goes on after: \(outage.name)") {
          try await post("\(number) after").status == 202
        }
        try await eventually(within: .seconds(60), "it is drained after: \(outage.name)") {
          let isEmpty = try await QueuePosts.isDrained(program)
          return isEmpty && acknowledged.isSubset(of: delivered.all)
        }
      }
      #expect(Set(delivered.all).isSubset(of: sent))
      #expect(program.current?.id == process && program.current?.exitCode == nil)
    }
  }
}
