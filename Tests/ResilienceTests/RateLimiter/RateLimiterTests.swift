import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct RateLimiterTests {
  static let algorithms: [RateLimiter.Algorithm] = [
    .tokenBucket(burst: 3), .gcra(), .gcra(burst: 4), .slidingWindow, .warmUp(over: .seconds(2)),
  ]

  private func refusal(_ limiter: RateLimiter, _ runtime: Runtime) async -> Rejection? {
    do {
      try await limiter.acquire(in: Context(runtime)).complete(.success)
      return nil
    } catch { return error }
  }

  @Test(
    "R6.4 rate, R6.7 locally: what is too much is refused with the time after which it is admitted, to the nanosecond",
    arguments: Self.algorithms)
  func exactRetryAfter(algorithm: RateLimiter.Algorithm) async throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let limiter = RateLimiter("r", .init(permits: 5, algorithm: algorithm), observer: recorder)
    var refusals = 0
    for _ in 0..<200 {
      guard let refusal = await self.refusal(limiter, time.runtime) else { continue }
      refusals += 1
      #expect(refusal.reason == .rateLimited && refusal.policy == .rateLimiter && refusal.name == "r")
      let wait = try #require(refusal.retryAfter)
      time.advance(by: wait - .nanoseconds(1))
      #expect(await self.refusal(limiter, time.runtime)?.retryAfter == .nanoseconds(1))
      time.advance(1)
      #expect(await self.refusal(limiter, time.runtime) == nil)
    }
    #expect(refusals > 20 && recorder.lines.first == "rateLimiter r: rejected (rateLimited)")
  }

  @Test(
    "R6.7 locally: no interval holds more than its permits and the burst, whoever waits or is cancelled",
    arguments: Self.algorithms)
  func everyInterval(algorithm: RateLimiter.Algorithm) throws {
    try withEvery(seeds: 40) { simulation in
      let runtime = simulation.runtime
      let reserves = algorithm != .slidingWindow
      let limiter = RateLimiter(
        "r",
        .init(
          permits: 10, per: .milliseconds(100), algorithm: algorithm, maxWait: reserves ? .milliseconds(60) : .zero))
      let begun = Shared<[Instant]>([])
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<80 {
            group.addTask {
              try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 400)))
              _ = await cancelled(after: .milliseconds(Int(runtime.random() % 80)), in: simulation) {
                try await limiter.execute(in: Context(runtime)) { _ in begun.withLock { $0.append(runtime.now()) } }
              }
            }
          }
        }
      }
      let starts = begun.value.sorted()
      let burst =
        switch algorithm {
        case .tokenBucket(let burst): burst ?? 10
        case .gcra(let burst): burst
        case .slidingWindow: 0
        case .warmUp: 1
        }
      guard starts.count > 5 else { throw Boom(number: -starts.count) }
      for first in starts.indices {
        for last in starts.indices[first...] {
          let length = starts[last] - starts[first]
          let windows = burst == 0 ? (length / 100_000_000 + 1) * 10 : Int64(burst) + length / 10_000_000
          guard Int64(last - first + 1) <= windows else { throw Boom(number: last - first + 1) }
        }
      }
    }
  }

  @Test("R6.7 locally: callers wait their reserved time, in the order of their arrival, and not longer than they may")
  func waiting() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = RateLimiter("r", .init(permits: 10, algorithm: .gcra(), maxWait: .milliseconds(250)))
    let trace = Shared<[String]>([])
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<5 {
          group.addTask {
            try? await runtime.sleep(for: .milliseconds(number))
            do {
              try await limiter.execute(in: Context(runtime)) { _ in
                trace.withLock { $0.append("\(number) at \(simulation.elapsed)") }
              }
            } catch {
              let wait = (error as? Rejection)?.retryAfter
              trace.withLock { $0.append("\(number) refused, \(wait.map { "\($0)" } ?? "\(error)")") }
            }
          }
        }
      }
    }
    #expect(
      trace.value == [
        "0 at 0.0 seconds", "3 refused, 0.297 seconds", "4 refused, 0.296 seconds", "1 at 0.1 seconds",
        "2 at 0.2 seconds",
      ])
  }

  @Test("R6.7 locally: who would sleep through its deadline is refused at once, and leaves its turn to others")
  func deadline() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = RateLimiter("r", .init(permits: 1, algorithm: .gcra(), maxWait: .seconds(10)))
    try simulation.run {
      try await limiter.execute(in: Context(runtime)) { _ in }
      let hurried = Context(runtime, operation: "", deadline: Deadline(after: .seconds(1), on: runtime))
      let error = await #expect(throws: Rejection.self) { try await limiter.execute(in: hurried) { _ in } }
      #expect(error?.reason == .rateLimited && error?.retryAfter == .seconds(1) && simulation.elapsed == .zero)
      try await limiter.execute(in: Context(runtime)) { _ in }
    }
    #expect(simulation.elapsed == .seconds(1))
  }

  @Test("R6.7 locally: whoever is cancelled while it waits gives its turn back", arguments: [0, 1])
  func cancelledWhileWaiting(kind: Int) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let algorithm = kind == 0 ? RateLimiter.Algorithm.gcra() : .warmUp(over: .nanoseconds(1), coldFactor: 1.5)
    let limiter = RateLimiter("r", .init(permits: 1, algorithm: algorithm, maxWait: .seconds(10)))
    try simulation.run {
      try await limiter.execute(in: Context(runtime)) { _ in }
      let error = await cancelled(after: .milliseconds(500), in: simulation) {
        try await limiter.execute(in: Context(runtime)) { _ in _ = Issue.record("ran before its turn") }
      }
      #expect(error is CancellationError)
      try await limiter.execute(in: Context(runtime)) { _ in }
    }
    #expect(simulation.elapsed >= .seconds(1) && simulation.elapsed < .milliseconds(1_100))
  }

  @Test("R6.4 rate: work of different weight takes several permits, and too heavy work is refused for good")
  func weight() async throws {
    let time = ManualTime()
    let context = Context(time.runtime)
    let limiter = RateLimiter("bytes", .init(permits: 1_000, algorithm: .tokenBucket()))
    try await limiter.take(900, in: context)
    #expect(limiter.available(on: time.runtime) == 100)
    let refused = await #expect(throws: Rejection.self) { try await limiter.take(300, in: context) }
    #expect(refused?.retryAfter == .milliseconds(200))
    let heavy = await #expect(throws: Rejection.self) { try await limiter.take(1_001, in: context) }
    #expect(heavy?.reason == .rateLimited && heavy?.retryAfter == nil)
    #expect(limiter.available(on: time.runtime) == 100)
  }

  @Test("R1.6 a retry outside waits exactly as long as the limiter says, and a breaker outside learns nothing from it")
  func interplay() throws {
    let simulation = Simulation(seed: 1)
    let breaker = CircuitBreaker("c", .init(consecutiveFailures: 1))
    let pipeline = Pipeline(runtime: simulation.runtime) {
      Retry(maxAttempts: 2, backoff: .constant(.seconds(3)), jitter: .none)
      breaker
      RateLimiter("r", .init(permits: 1, per: .seconds(3), algorithm: .gcra()))
    }
    let calls = Shared(0)
    try simulation.run {
      for _ in 0..<3 { try await pipeline { calls.withLock { $0 += 1 } } }
    }
    #expect(calls.value == 3 && simulation.elapsed == .seconds(6))
    #expect(breaker.state(on: simulation.runtime) == .closed)
  }

  @Test("validation lists every setting that makes no sense; without it they are brought into range")
  func validation() async throws {
    let bad = RateLimiter.Configuration(permits: 0, per: .zero, algorithm: .gcra(burst: 0), maxWait: .seconds(-1))
    let error = #expect(throws: InvalidConfiguration.self) { _ = try RateLimiter("bad", validating: bad) }
    #expect(error?.problems.map(\.setting) == ["permits", "per", "burst", "maxWait"])
    #expect(try await RateLimiter("bad", bad).run { 5 } == 5)
    let waits = RateLimiter.Configuration(permits: 1, algorithm: .slidingWindow, maxWait: .seconds(1))
    #expect(waits.problems.map(\.setting) == ["maxWait"])
    let cold = RateLimiter.Configuration(permits: 1, algorithm: .warmUp(over: .zero, coldFactor: .nan))
    #expect(cold.problems.map(\.setting) == ["warmUp", "coldFactor"])
    #expect(try await RateLimiter("cold", cold).run { 5 } == 5)
    for algorithm in Self.algorithms {
      #expect(RateLimiter.Configuration(permits: 5, algorithm: algorithm).problems.isEmpty)
    }
  }
}
