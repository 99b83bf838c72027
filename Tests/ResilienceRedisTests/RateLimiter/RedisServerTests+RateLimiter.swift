import Resilience
import ResilienceSimulation
import ResilienceTesting
import ServerTestSupport
import Testing

@testable import ResilienceRedis

extension RedisServerTests {
  @Suite("Shared rate limiter")
  struct SharedLimiter {
    @Test("R6.7 decides as the local limiter does, to the nanosecond: 3 laws, 25 seeds each, 80 random requests")
    func matchesLocal() async throws {
      let server = try await RedisServer()
      let client = try server.client { $0.connections = 1 }
      for seed in 0..<75 {
        var fuzzer = Fuzzer(seed: UInt64(seed))
        let limit = Self.limit(seed % 3, &fuzzer)
        #expect(limit.problems.isEmpty)
        let (law, simulation, local) = (SharedLaw(limit), Simulation(), RateLimiter("local", limit))
        // The first slice of a window begins with its first call.
        simulation.drain(until: (simulation.now() / law.slice + 3) * law.slice)
        for step in 0..<80 {
          let permits = fuzzer.below(8) == 0 ? 1 + fuzzer.below(6) : 1
          let now = simulation.now()
          let request = law.request(
            permits, patience: law.patience, at: (now / 1_000_000_000, now % 1_000_000_000))
          let answer = try await client.run(request.script, keys: ["seed \(seed)"], request.arguments)
          let shared = answer.elements?.compactMap(\.integer) ?? []
          #expect(shared == Self.decision(local, permits, simulation), "seed \(seed), step \(step), \(limit)")
          let pauses = [0, 1, 999, Int(law.interval) / 3, Int(law.interval), Int(law.slice), Int(law.slice) * 7]
          simulation.drain(until: now + Int64(fuzzer.below(1 + pauses[fuzzer.below(pauses.count)] * 2)))
        }
      }
      await client.close()
    }

    private static func limit(_ kind: Int, _ fuzzer: inout Fuzzer) -> RateLimiter.Configuration {
      let per = Duration.milliseconds(1 + fuzzer.below(100_000))
      let permits = 1 + fuzzer.below(50)
      let wait = fuzzer.below(2) == 0 ? Duration.zero : per / 3
      switch kind {
      case 0:
        return .init(permits: permits, per: per, algorithm: .tokenBucket(burst: 1 + fuzzer.below(20)), maxWait: wait)
      case 1: return .init(permits: permits, per: per, algorithm: .gcra(burst: 1 + fuzzer.below(3)), maxWait: wait)
      default: return .init(permits: permits, per: per, algorithm: .slidingWindow)
      }
    }

    /// As the script tells it: taken and how long to wait, or not and when to come back.
    private static func decision(_ local: RateLimiter, _ permits: Int, _ simulation: Simulation) -> [Int64] {
      do throws(Rejection) {
        let reservation = try local.reserve(permits, in: Context(simulation.runtime))
        let wait = reservation.due - simulation.now()
        return [1, wait]
      } catch {
        return [0, error.retryAfter.map { $0.nanoseconds } ?? -1]
      }
    }

    @Test("R6.7 instances share their permits, and come back when they are told to")
    func shares() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let settings = SharedRateLimiter.Configuration(
        .init(permits: 10, per: .seconds(3_600), algorithm: .slidingWindow), timeout: .seconds(10))
      let limiters = try (0..<3).map { _ in try SharedRateLimiter("api", validating: settings, on: client) }
      var admitted = 0
      var refused: [Rejection] = []
      for number in 0..<30 {
        do throws(Rejection) {
          try await limiters[number % 3].take(1)
          admitted += 1
        } catch { refused.append(error) }
      }
      #expect(admitted == 10 && refused.count == 20)
      #expect(refused.allSatisfy { $0.reason == .rateLimited && ($0.retryAfter ?? .zero) > .seconds(3_000) })
      // Refused without asking: the server is not there any more.
      server.kill()
      let known = await #expect(throws: Rejection.self) { try await limiters[0].take(1) }
      #expect(known?.reason == .rateLimited && limiters[0].isShared)
      await client.close()
    }

    @Test("R6.7 a call may wait for its turn at the shared rate")
    func waits() async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let settings = SharedRateLimiter.Configuration(
        .init(permits: 100, per: .seconds(1), algorithm: .gcra(), maxWait: .seconds(30)), timeout: .seconds(10))
      let limiter = try SharedRateLimiter("api", validating: settings, on: client)
      let start = Runtime.live.now()
      let value = try await Pipeline { limiter }.callAsFunction { 1 }
      for _ in 0..<20 { _ = try await limiter.acquire() }
      #expect(value == 1 && Runtime.live.now() - start >= 195_000_000)
      await client.close()
    }

    @Test(
      "R6.7 without the server the fallback decides within the time-out, says so, and ends when it is back",
      arguments: [
        SharedRateLimiter.Fallback.local(.init(permits: 2, per: .seconds(3_600))), .open, .closed,
      ])
    func fallsBack(_ fallback: SharedRateLimiter.Fallback) async throws {
      let server = try await RedisServer()
      let client = try server.client()
      let events = EventRecorder()
      let settings = SharedRateLimiter.Configuration(
        .init(permits: 1_000_000, per: .seconds(1)), fallback: fallback, timeout: .milliseconds(500),
        pause: .milliseconds(100))
      let limiter = try SharedRateLimiter("api", validating: settings, on: client, observer: events)
      try await limiter.take(1)
      #expect(limiter.isShared)
      server.kill()
      var admitted = 0
      for _ in 0..<10 {
        do throws(Rejection) {
          try await limiter.take(1)
          admitted += 1
        } catch { #expect(error.reason == .rateLimited) }
      }
      #expect(!limiter.isShared)
      switch fallback {
      case .local: #expect(admitted == 2)
      case .open: #expect(admitted == 10)
      case .closed: #expect(admitted == 0)
      }
      try await server.start()
      try await eventually("the limiter is shared again") {
        _ = try? await limiter.take(1)
        return limiter.isShared
      }
      let told = events.lines.filter { $0.contains("shared") || $0.contains("on its own") }
      #expect(told.count == 2 && told[0].contains("on its own"), "\(told)")
      await client.close()
    }

    @Test("R6.7 a call whose time is over does not take the other calls of its instance off the shared rate")
    func hurried() async throws {
      let silent = try await FakeRedis { _ in "" }
      let client = try RedisClient(silent.configuration)
      let settings = SharedRateLimiter.Configuration(
        .init(permits: 10, per: .seconds(1)), fallback: .open, timeout: .milliseconds(200))
      let limiter = try SharedRateLimiter("api", validating: settings, on: client)
      for _ in 0..<3 {
        try await Deadline.$current.withValue(Deadline(at: Runtime.live.now())) { try await limiter.take(1) }
        #expect(limiter.isShared)
      }
      // One that has given the server all of its time.
      try await limiter.take(1)
      #expect(!limiter.isShared)
      await client.close()
      await silent.close()
    }

    @Test("settings that the server's numbers cannot hold, and warm-ups, are refused")
    func refuses() async throws {
      let client = try RedisClient(RedisConfiguration())
      let wrong: [SharedRateLimiter.Configuration] = [
        .init(.init(permits: 1, per: .seconds(86_400), algorithm: .tokenBucket(burst: 60))),
        .init(.init(permits: 1, algorithm: .warmUp(over: .seconds(1)))), .init(.init(permits: 0)),
        .init(.init(permits: 1), timeout: .zero), .init(.init(permits: 1), fallback: .local(.init(permits: 0))),
      ]
      for settings in wrong {
        #expect(throws: InvalidConfiguration.self) { try SharedRateLimiter("a", validating: settings, on: client) }
      }
      await client.close()
    }
  }
}
