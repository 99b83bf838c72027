import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct AdaptiveLimiterTests {
  private func tokens(_ limiter: AdaptiveLimiter, _ count: Int, _ context: Context) -> [Token] {
    (0..<count).compactMap { _ in
      var context = context
      return limiter.tryAdmit(&context)
    }
  }

  @Test("R6.8 so many as the limit run, the next is refused at once with its reason")
  func limit() throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let limiter = AdaptiveLimiter("a", observer: recorder)
    let context = Context(time.runtime)
    #expect(self.tokens(limiter, 30, context).count == 20 && limiter.occupancy == (20, 20))
    let rejection = #expect(throws: Rejection.self) { _ = try limiter.admit(in: context) }
    #expect(rejection?.reason == .overLimit && rejection?.policy == .adaptiveLimiter)
    #expect(rejection?.transmission == .neverSent && rejection?.category == .unavailable)
    #expect(recorder.lines == ["adaptiveLimiter a: rejected (overLimit)"])
  }

  @Test("R6.8 load is shed by priority: low first, then normal where places are kept, high last")
  func priorities() {
    let time = ManualTime()
    func admitted(_ priority: Int) -> Int {
      let limiter = AdaptiveLimiter("a", .init(lowShare: 0.5, normalShare: 0.9))
      let context = Context(time.runtime, operation: "", deadline: nil, priority: priority)
      return self.tokens(limiter, 30, context).count
    }
    #expect([-7, -1, 0, 1, 9].map(admitted) == [10, 10, 18, 20, 20])
    let limiter = AdaptiveLimiter("a", .init(algorithm: .aimd(.init(initial: 1, min: 1)), lowShare: 0.1))
    let low = Context(time.runtime, operation: "", deadline: nil, priority: -1)
    #expect(self.tokens(limiter, 3, low).count == 1)  // nobody is shut out for good
  }

  @Test("R6.8 cancelled and ignored work gives its place back and teaches nothing")
  func cancelledTeachesNothing() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = AdaptiveLimiter("a", .init(algorithm: .aimd(.init(initial: 2, min: 1))))
    try simulation.run {
      for _ in 0..<50 {
        let error = await cancelled(after: .seconds(9), in: simulation) {
          try await limiter.execute(in: Context(runtime)) { try await $0.runtime.sleep(for: .seconds(60)) }
        }
        #expect(error is CancellationError)
        await #expect(throws: Categorized.self) {
          try await limiter.execute(in: Context(runtime)) { _ in throw Categorized(category: .validation) }
        }
      }
    }
    #expect(limiter.occupancy == (0, 2))
  }

  @Test("R6.8 failures and time-outs lower the limit, successes raise it while it is used")
  func learning() async throws {
    let time = ManualTime()
    let limiter = AdaptiveLimiter("a", .init(algorithm: .aimd(.init(initial: 40))))
    let context = Context(time.runtime)
    for error in [Boom(), Rejection(.timeout, by: .timeout, named: "")] as [any Error] {
      _ = try? await limiter.execute(in: context) { _ in throw error }
    }
    #expect(limiter.occupancy == (0, 32))
    for token in self.tokens(limiter, 32, context) { limiter.release(token, .success, nil, in: context) }
    #expect(limiter.occupancy == (0, 32 + 17))  // those that found half of it in use
  }

  @Test("R6.8 the limit finds the capacity of a dependency that queues, with every law", arguments: 0..<3)
  func findsCapacity(law: Int) throws {
    let algorithm: Limit.Algorithm = [
      .aimd(.init(min: 1, timeout: .milliseconds(100))), .vegas(), .gradient2(.init(min: 1)),
    ][law]
    try withEvery(seeds: 10) { simulation in
      let runtime = simulation.runtime
      let limiter = AdaptiveLimiter("a", .init(algorithm: algorithm))
      let server = Bulkhead("server", .init(maxConcurrent: 30, maxQueue: 100_000, maxWait: .seconds(600)))
      let done = Shared(0)
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<150 {
            group.addTask {
              for _ in 0..<60 {
                try? await limiter.execute(in: Context(runtime)) { _ in
                  try await server.execute(in: Context(runtime)) { _ in
                    try await runtime.sleep(for: .milliseconds(18 + Int(runtime.random() % 5)))
                  }
                  done.withLock { $0 += 1 }
                }
                try? await runtime.sleep(for: .milliseconds(1 + Int(runtime.random() % 20)))
              }
            }
          }
        }
      }
      let (inside, limit) = limiter.occupancy
      guard inside == 0, server.occupancy == (0, 0), (20...200).contains(limit), done.value > 1_000 else {
        throw Boom(number: limit)
      }
    }
  }

  @Test("validation lists every setting that makes no sense; without it they are brought into range")
  func validation() async throws {
    let bad = AdaptiveLimiter.Configuration(
      algorithm: .gradient2(.init(initial: 0, min: 0, max: -1, smoothing: 2, tolerance: 0, backoffRatio: .nan)),
      lowShare: -1, normalShare: .nan)
    let error = #expect(throws: InvalidConfiguration.self) { _ = try AdaptiveLimiter("bad", validating: bad) }
    #expect(
      error?.problems.map(\.setting) == [
        "min", "max", "initial", "smoothing", "tolerance", "backoffRatio", "normalShare", "lowShare",
      ])
    let limiter = AdaptiveLimiter("bad", bad)
    #expect(try await limiter.run { limiter.occupancy.inside } == 1)
    for algorithm in [Limit.Algorithm.aimd(), .vegas(), .gradient2()] { #expect(algorithm.problems.isEmpty) }
  }
}
