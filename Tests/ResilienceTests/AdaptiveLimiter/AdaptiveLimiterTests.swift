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

  @Test("R6.8 a limit changes once in a round trip: slow calls of one queue lower it together, not each")
  func oncePerRoundTrip() {
    let time = ManualTime()
    let limiter = AdaptiveLimiter("a", .init(algorithm: .aimd(.init(initial: 100, timeout: .milliseconds(40)))))
    let context = Context(time.runtime)
    let first = self.tokens(limiter, 100, context)
    time.advance(by: .milliseconds(50))
    for token in first { limiter.release(token, .success, nil, in: context) }
    #expect(limiter.occupancy == (0, 90))
    let second = self.tokens(limiter, 100, context)
    time.advance(by: .milliseconds(10))
    for token in second { limiter.release(token, .success, nil, in: context) }
    #expect(second.count == 90 && limiter.occupancy == (0, 91))
  }

  @Test("R6.8 a changed limit is told, at most once a second and not for small changes")
  func news() {
    let time = ManualTime()
    let recorder = EventRecorder()
    let limiter = AdaptiveLimiter("a", .init(algorithm: .aimd(.init(initial: 100, min: 1))), observer: recorder)
    let context = Context(time.runtime)
    for _ in 0..<30 {
      for token in self.tokens(limiter, 1, context) { limiter.release(token, .failure, Boom(), in: context) }
      time.advance(by: .milliseconds(100))
    }
    #expect(recorder.lines.count == 3, "\(recorder.lines)")
    #expect(recorder.lines.first == "adaptiveLimiter a: limit 100 → 90")
    let before = recorder.lines.count
    time.advance(by: .seconds(9))
    limiter.replace(.init(algorithm: .aimd(.init(initial: 50, min: 50))), on: time.runtime)
    #expect(recorder.lines.count == before + 1 && limiter.occupancy.limit == 50)
  }

  @Test("settings are replaced and the limit stays, within the new bounds; who is inside is not thrown out")
  func replaced() {
    let time = ManualTime()
    let limiter = AdaptiveLimiter("a", .init(algorithm: .aimd(.init(initial: 40))))
    let context = Context(time.runtime)
    let held = self.tokens(limiter, 40, context)
    limiter.replace(.init(algorithm: .vegas(.init(initial: 5)), lowShare: 0.5), on: time.runtime)
    #expect(limiter.occupancy == (40, 40) && limiter.configuration.lowShare == 0.5)
    limiter.replace(.init(algorithm: .gradient2(.init(initial: 5, min: 1, max: 30))), on: time.runtime)
    #expect(limiter.occupancy == (40, 30) && self.tokens(limiter, 1, context).isEmpty)
    for token in held.prefix(11) { limiter.release(token, .ignored, nil, in: context) }
    #expect(self.tokens(limiter, 5, context).count == 1)
    #expect(throws: InvalidConfiguration.self) { try limiter.replace(validating: .init(lowShare: 2)) }
    #expect(limiter.configuration.lowShare == 0.8)
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
