import ServerTestSupport
import Testing

@Suite("Several instances on one Redis", .timeLimit(.minutes(60)))
struct SharedStorageTests {
  /// Two programs that share a Redis.
  private static func pair(
    _ upstream: ScriptedUpstream, _ keys: String,
    _ body: (ServedProgram, ServedProgram, RealRedis) async throws -> Void
  ) async throws {
    let redis = try RealRedis()
    defer { redis.kill() }
    try await redis.start()
    let settings = ProgramSettings.dependencies(("mail", "url: \"\(upstream.url)\", \(keys)")).with {
      $0.storage = redis.url
    }
    try await ServedProgram.run(settings) { first in
      let second = try ServedProgram.beside(settings)
      defer { second.current?.end() }
      try await second.start()
      try await body(first, second, redis)
    }
  }

  @Test(
    "R2.11 an operator's decision on one instance binds the other, over a loss of Redis, until the end")
  func operators() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(200, [], "") }
    defer { upstream.stop() }
    try await Self.pair(upstream, "retry: false") { first, second, redis in
      let path = "/api/breakers/mail/override"
      let answer = try await first.operate("PUT", path, ["state": "isolated", "reason": "drill"])
      #expect(answer.status == 200)
      try await eventually("the other is isolated") {
        try await second.state("mail") == "isolated"
      }
      #expect(try await second.get("/mail/").status == 503)
      redis.kill()
      try await eventually("the loss is told") {
        second.current?.errors.contains("goes by what this instance knows") == true
      }
      #expect(try await second.state("mail") == "isolated")
      #expect(try await first.operate("DELETE", path, ["reason": "over"]).status >= 500)
      try await redis.start()
      try await eventually("it can be taken back") {
        try await first.operate("DELETE", path, ["reason": "over"]).status == 200
      }
      try await eventually("the other is let go") { try await second.state("mail") == "closed" }
      let audit = try await second.operate("GET", "/api/audit").json.elements
      #expect(audit.map { $0["action"].string } == ["breaker.release", "breaker.override"])
    }
  }

  @Test("R2.11 a trip opens another instance that sees failures as well, and none that sees none")
  func opinions() async throws {
    let isThere = Switch()
    let upstream = try ScriptedUpstream { request in
      request.target.hasPrefix("/good") || isThere.isOn ? .answer(200, [], "") : .answer(500, [], "")
    }
    defer { upstream.stop() }
    let keys = "retry: false, circuitBreaker: { consecutiveFailures: 8, openDuration: 10m }"
    try await Self.pair(upstream, keys) { first, second, _ in
      for _ in 0..<20 { _ = try await second.get("/mail/good") }
      try await first.openBreaker("mail")
      try await Task.sleep(for: .seconds(1))
      #expect(try await second.state("mail") == "closed")
      for _ in 0..<2 { _ = try await second.get("/mail/bad") }
      try await eventually("the other has opened") { try await second.state("mail") == "open" }
      let text = try await second.operate("GET", "/api/breakers/mail").body
      #expect(text.contains("instances have opened theirs"), "\(text)")
    }
  }

  @Test("R5.2 what one instance has kept another delivers after a kill -9 of the first and of Redis, once")
  func queue() async throws {
    let isThere = Switch()
    let upstream = try ScriptedUpstream { _ in isThere.isOn ? .answer(201, [], "") : .answer(503, [], "") }
    defer { upstream.stop() }
    let keys = "retry: false, circuitBreaker: false, fallback: [{ queue: { methods: [POST], maxDelay: 1s } }]"
    try await Self.pair(upstream, keys) { first, second, redis in
      let answer = try await HTTP.send(
        "POST", first.gateway, "/mail/send", [("Content-Type", "text/plain")], body: "hello")
      #expect(answer.status == 202)
      let location = answer["Location"] ?? ""
      first.crash()
      redis.kill()
      try await redis.start()
      isThere.turn(on: true)
      try await eventually(within: .seconds(90), "it is delivered") {
        try await second.get(location).json["state"].string == "delivered"
      }
      #expect(upstream.requests.last?.body == "hello")
    }
  }

  @Test("R4.3 R10.4 R12.6 reviews, the healing stop and changed settings of one instance are those of the other, too")
  func shared() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(503, [], "") }
    defer { upstream.stop() }
    try await Self.pair(upstream, SharedDecisions.keys) { first, second, redis in
      try await SharedDecisions.check(first, second) {
        redis.kill()
        try await redis.start()
      }
    }
  }

  @Test("R4.2 an answer that one instance has seen stands in for a failure that another meets, until it is forgotten")
  func answers() async throws {
    let isDown = Switch()
    let upstream = try ScriptedUpstream { request in
      if request.method == "PUT" { return .ok("changed") }
      return isDown.isOn ? .answer(503, [], "down") : .ok("prices", [("Cache-Control", "max-age=1")])
    }
    defer { upstream.stop() }
    let keys = "retry: false, circuitBreaker: false, fallback: [ { staleCache: { shared: true } } ]"
    try await Self.pair(upstream, keys) { first, second, redis in
      // Instances behind one address: answers may depend on it.
      let host = [("Host", "shop.example")]
      #expect(try await first.get("/mail/a", host).body == "prices")
      #expect(try await first.get("/mail/b", host).body == "prices")
      isDown.turn(on: true)
      try await eventually("the other instance serves it") {
        let answer = try await second.get("/mail/a", host)
        let isDegraded = answer["X-Resilience-Degraded"]?.hasPrefix("stale-cache; age=") == true
        return answer.status == 200 && answer.body == "prices" && isDegraded ? true : nil
      }
      #expect(try await second.get("/mail/a", [("Host", "other.example")]).status == 503)
      #expect(try await second.get("/mail/never", host).status == 503)
      #expect(try await HTTP.send("PUT", first.gateway, "/mail/a", host, body: "x").status == 200)
      try await eventually("what has changed is forgotten everywhere") {
        try await second.get("/mail/a", host).status == 503 ? true : nil
      }
      #expect(try await second.get("/mail/b", host).status == 200)
      redis.kill()
      #expect(try await first.get("/mail/b", host).body == "prices", "what it has seen itself")
      #expect(try await second.get("/mail/b", host).body == "down", "the failure itself, and no hanging")
    }
  }

  @Test("R4.1 R6.1 stand-ins have places of their own: who finds them taken gets the failure itself at once")
  func fallbackPlaces() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(503, [], "down") }
    defer { upstream.stop() }
    let redis = try RealRedis()
    defer { redis.kill() }
    try await redis.start()
    let keys = """
      retry: false, circuitBreaker: false, fallback: [ { staleCache: { shared: true } } ],
      fallbackBulkhead: { maxConcurrent: 1 }
      """
    let settings = ProgramSettings.dependencies(("mail", "url: \"\(upstream.url)\", \(keys)")).with {
      $0.storage = redis.url
    }
    try await ServedProgram.run(settings) { program in
      // Who asks a storage that hangs keeps the place until its time is over.
      redis.pause()
      try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
        for _ in 0..<12 { group.addTask { try await program.get("/mail/") } }
        for try await answer in group { #expect(answer.status == 503 && answer.body == "down") }
      }
      let labels = "service=\"outside\",dependency=\"mail\",policy=\"bulkhead\",reason=\"bulkheadFull\""
      try await eventually("it is counted") {
        let metrics = try await program.operate("GET", "/metrics").body
        return metrics.contains("resilience_rejections_total{\(labels)} ") ? true : nil
      }
    }
  }

  @Test("R5.2 a Redis that is not there, or not fit, ends the start with what to do")
  func refusesToStart() async throws {
    let redis = try RealRedis(isSafe: false)
    defer { redis.kill() }
    let settings = ProgramSettings.dependencies(("mail", "url: \"http://127.0.0.1:9\"")).with {
      $0.storage = "redis://ada:hunter2@127.0.0.1:\(redis.port)"
    }
    let program = try ServedProgram.beside(settings)
    let process = try program.launch()
    defer { process.end() }
    #expect(try await process.exit() == 2)
    #expect(process.errors.contains("Check that the server runs") && !process.errors.contains("hunter2"))
    try await redis.start()
    let other = try ServedProgram.beside(settings.with { $0.storage = redis.url })
    defer { other.current?.end() }
    try await other.start()
    #expect(other.current?.errors.contains("Set appendonly yes") == true)
  }
}
