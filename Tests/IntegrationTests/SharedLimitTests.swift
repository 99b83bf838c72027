import Resilience
import ServerTestSupport
import Testing

/// One rate for several programs, by way of a real Redis.
@Suite("Rate limits that instances share", .timeLimit(.minutes(60)))
struct SharedLimitTests {
  /// How many of so many calls get through, sent to programs in turn, and how many permits came meanwhile at most.
  private static func admitted(_ count: Int, _ programs: [ServedProgram]) async throws -> (Int, Int) {
    let clock = ContinuousClock()
    let began = clock.now
    let admitted = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<count {
        group.addTask { try await programs[number % programs.count].get("/mail/").status == 200 ? 1 : 0 }
      }
      return try await group.reduce(0, +)
    }
    return (admitted, Int((clock.now - began) / .seconds(1)) + 1)
  }

  @Test(
    "R6.7 two instances on one Redis let no more through than the rate together; without Redis each limits by itself, and says so"
  )
  func shared() async throws {
    let upstream = try ScriptedUpstream { _ in .answer(200, [], "") }
    defer { upstream.stop() }
    let redis = try RealRedis()
    defer { redis.kill() }
    try await redis.start()
    let limit = "rateLimit: { permits: 20, per: 20s, shared: true, sharedTimeout: 10s, sharedPause: 300ms }"
    let settings = ProgramSettings.dependencies(
      ("mail", "url: \"\(upstream.url)\", retry: false, circuitBreaker: false, \(limit)")
    ).with { $0.storage = redis.url }
    try await ServedProgram.run(settings) { first in
      let second = try ServedProgram.beside(settings)
      defer { second.current?.end() }
      try await second.start()
      let (together, came) = try await Self.admitted(80, [first, second])
      #expect((20...(20 + came)).contains(together), "\(together) of 20 and \(came)")
      let refused = try await eventually("a call is refused") {
        let answer = try await second.get("/mail/")
        return answer.status == 200 ? nil : answer
      }
      #expect(refused.status == 503 && refused["Retry-After"] != nil, "\(refused)")
      #expect(refused.json["policy"] == "rateLimiter", "\(refused)")
      redis.kill()
      // Each has a full bucket of its own now: more gets through than together, and not more than twice as much.
      var alone = 0
      try await eventually("each instance limits by itself") {
        alone += try await Self.admitted(20, [first, second]).0
        return alone > 25
      }
      for program in [first, second] {
        try await eventually("the loss is told") {
          program.current?.errors.contains("goes by what this instance knows") == true
        }
      }
      try await redis.start()
      try await eventually("it is shared again") {
        _ = try await first.get("/mail/")
        return first.current?.errors.contains("is shared again") == true
      }
    }
  }

  @Test("R6.7 a shared limit without a storage that is shared is refused, with what to do")
  func refused() async throws {
    let settings = ProgramSettings.dependencies(
      ("mail", "url: \"http://127.0.0.1:9\", rateLimit: { permits: 10, shared: true }"))
    let program = try ServedProgram.beside(settings)
    let process = try program.launch()
    defer { process.end() }
    #expect(try await process.exit() == 2)
    #expect(process.errors.contains("set storage.url to a Redis that all instances reach"), "\(process.errors)")
  }
}
