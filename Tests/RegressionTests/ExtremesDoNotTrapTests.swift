import Resilience
import ResilienceSimulation
import Testing

/// Numbers, lengths and instants at the edge of their types, by public ways only: each of these broke a process off once.
@Suite struct ExtremesDoNotTrapTests {
  private static let longest = Duration.seconds(Int64.max)

  @Test("R1.4 the generator has an answer for every number of an attempt, the smallest included")
  func attemptNumbers() {
    let laws = [
      Backoff.exponential(), .linear(), .fibonacci(), .constant(.seconds(1)).then(.exponential(), after: .max),
    ]
    for law in laws {
      var delays = BackoffGenerator(law, jitter: .none)
      let first = delays.nextDelay(attempt: 1)
      for attempt in [Int.min, -1, 0] { #expect(delays.nextDelay(attempt: attempt) == first) }
      #expect(delays.nextDelay(attempt: .max) >= first)
    }
  }

  @Test("R1.3 sums of the longest delays are a delay, under every jitter")
  func sumsOfDelays() {
    let one = Backoff.constant(Self.longest)
    let many = one + one + one + one + one + one
    for jitter in [Jitter.none, .full, .equal, .decorrelated, .proportional(1), .proportional(.nan)] {
      var delays = BackoffGenerator(many, jitter: jitter, runtime: Simulation(seed: 3).runtime)
      for _ in 0..<9 { #expect(delays.next() >= .zero) }
    }
  }

  @Test("R3.3 a deadline before all time has passed, and one after all time is far away")
  func deadlines() {
    let runtime = Simulation().runtime
    #expect(Deadline(at: .min).remaining(on: runtime) == .zero)
    #expect(Deadline(at: .max).remaining(on: runtime) > .seconds(1_000_000_000))
    var context = Context(runtime)
    context.deadline = .min
    #expect(context.remaining == .zero)
    let limiter = RateLimiter("r", .init(permits: 1, algorithm: .gcra(), maxWait: .seconds(9)))
    try? limiter.reserve(in: context).cancel()
    #expect(throws: Rejection.self) { try limiter.reserve(9, in: context).cancel() }
  }

  @Test("R1.8 a budget that is told instants at the ends of time goes on")
  func budgetInstants() {
    for configuration in [RetryBudget.Configuration.traffic(), .concurrency()] {
      let budget = RetryBudget("b", configuration)
      for instant in [Instant.max, 5, .min, .max, 7] {
        budget.callStarted(at: instant)
        _ = budget.tryStartExtraAttempt(at: instant)
        #expect(budget.status(at: instant).available >= 0)
      }
    }
  }

  @Test("R6.8 a limit makes something of every sample and of every setting")
  func limits() {
    for number in [Int.min, -1, 0, .max] {
      for share in [Double.nan, .infinity, -.infinity, -1] {
        let laws: [Limit.Algorithm] = [
          .aimd(.init(initial: number, min: number, max: number, backoffRatio: share, timeout: Self.longest)),
          .vegas(.init(initial: number, max: number, smoothing: share, probeMultiplier: number)),
          .gradient2(
            .init(
              initial: number, min: number, max: number, smoothing: share, longWindow: number, tolerance: share,
              queueSize: number, backoffRatio: share)),
        ]
        for law in laws {
          var limit = Limit(law)
          for length in [Duration.zero, .seconds(-1), Self.longest, .milliseconds(5)] {
            limit.sample(length, inFlight: number, dropped: false)
            limit.sample(length, inFlight: 9, dropped: true)
            #expect((1...1_000_000).contains(limit.drop()))
          }
          limit.replace(.aimd())
          limit.replace(law)
          #expect((1...1_000_000).contains(limit.value))
        }
      }
    }
  }

  @Test("answers that weigh as much as there is replace each other")
  func weights() {
    let cache = StaleCache<Int, String>("c", .init(maxCost: .max), cost: { _ in .max })
    for key in 0..<3 { cache.store("\(key)", for: key) }
    #expect(cache.contents.count == 1 && cache.find(2)?.value == "2")
  }

  @Test("R6.7 a sliding window of more permits than there may be has as many as there may be")
  func permits() throws {
    let runtime = Simulation().runtime
    let limiter = RateLimiter("r", .init(permits: .max, algorithm: .slidingWindow))
    for taken in 0..<5 {
      #expect(limiter.available(on: runtime) == 1_000_000_000 - taken)
      _ = try limiter.reserve(in: Context(runtime)).due
    }
  }
}
