import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct AdaptiveDelayTests {
  private let simulation = Simulation(seed: 1)
  private var runtime: Runtime { self.simulation.runtime }

  private func waits(
    _ errors: [Categorized], _ adaptation: AdaptiveDelay, _ backoff: Backoff = .constant(.seconds(1))
  ) throws -> [Duration] {
    let dependency = ScriptedDependency(errors.map { .failure($0) } + [.success(1)], on: self.runtime)
    let retry = Retry(
      .init(maxAttempts: 10, backoff: backoff, jitter: .none, maxRetryAfter: .seconds(99), adaptation: adaptation))
    let pipeline = Pipeline(runtime: self.runtime) { retry }
    _ = try self.simulation.run { try await pipeline { try await dependency.call() } }
    return zip(dependency.callTimes, dependency.callTimes.dropFirst()).map { $1 - $0 }
  }

  @Test(
    "R1.10 the delay follows the kind of failure",
    arguments: [
      (FailureCategory.rateLimited, 4), (.unavailable, 2), (.timeout, 2), (.connection, 1), (.server, 1), (.unknown, 1),
    ])
  func categories(category: FailureCategory, factor: Int) throws {
    let adaptation = AdaptiveDelay(.init(maxPressure: 1))
    let error = Categorized(category: category)
    #expect(try self.waits([error, error], adaptation) == [.seconds(factor), .seconds(factor)])
  }

  @Test("R1.10 while everything fails the delay grows to the greatest pressure, and falls as the dependency recovers")
  func recovery() throws {
    let adaptation = AdaptiveDelay(.init(maxPressure: 5, memory: 2))
    let error = Categorized(category: .server)
    // The share of failures: 1/2, 3/4, 7/8; the pressure: 1 + 4 of it.
    let waits = try self.waits([error, error, error], adaptation)
    #expect(waits == [.seconds(3), .seconds(4), .milliseconds(4_500)])
    // Each success halves the share; the fourth attempt was the first.
    #expect(adaptation.failureShare == 0.4375)
    let retry = Retry(.init(adaptation: adaptation))
    var last = adaptation.scale(after: .server)
    for _ in 0..<8 {
      try self.simulation.run { [runtime] in try await retry.execute(in: Context(runtime)) { _ in } }
      let now = adaptation.scale(after: .server)
      #expect(now < last)
      last = now
    }
    try self.simulation.run { [runtime] in try await retry.execute(in: Context(runtime)) { _ in } }
    #expect(adaptation.failureShare == 0 && adaptation.scale(after: .server) == 1)
  }

  @Test("R1.10 what one caller sees another one heeds")
  func shared() throws {
    let adaptation = AdaptiveDelay(.init(maxPressure: 3, memory: 1))
    _ = adaptation.failed(.server)
    #expect(try self.waits([Categorized(category: .server)], adaptation) == [.seconds(3)])
  }

  @Test("R1.7 R1.10 Retry-After is never shortened, and the longest delay stays the longest")
  func limits() throws {
    let adaptation = AdaptiveDelay(.init(rateLimitFactor: 0.01, overloadFactor: 100, maxPressure: 1))
    let asked = Categorized(category: .rateLimited, retryAfter: .seconds(7))
    #expect(try self.waits([asked], adaptation) == [.seconds(7)])
    let overload = Categorized(category: .unavailable)
    let growing = Backoff.exponential(initial: .seconds(1), max: .seconds(8))
    #expect(try self.waits([overload], adaptation, growing) == [.seconds(8)])
  }

  @Test("R1.10 an error that ends the call at once teaches it, cancellation and an open breaker do not")
  func evidence() throws {
    let adaptation = AdaptiveDelay()
    let pipeline = Pipeline(runtime: self.runtime) {
      Retry(.init(adaptation: adaptation))
      CircuitBreaker("a", .init(consecutiveFailures: 1))
    }
    #expect(throws: CancellationError.self) {
      try self.simulation.run { try await pipeline { throw CancellationError() } }
    }
    #expect(adaptation.failureShare == 0)
    let wrong = Categorized(category: .server)
    #expect(throws: Rejection.self) { try self.simulation.run { try await pipeline { throw wrong } } }
    // The breaker opened at the first failure and refused the second attempt.
    #expect(adaptation.failureShare == 1.0 / 16)
  }

  @Test("R1.10 a scaled law is the law times the scale, up to its longest delay")
  func scaled() {
    var chance = SeededGenerator(seed: 2)
    for _ in 0..<2_000 {
      let scale = Double.random(in: 0.01...100, using: &chance)
      let attempt = Int.random(in: 1...80, using: &chance)
      let longest = Int64.random(in: 1...90, using: &chance) * 1_000_000_000
      let laws: [Backoff] = [
        .linear(max: .nanoseconds(longest)), .exponential(max: .nanoseconds(longest)),
        .fibonacci(max: .nanoseconds(longest)), .custom(max: .nanoseconds(longest)) { .seconds($0) },
      ]
      for law in laws {
        let scaled = law.scaled(by: scale).ceiling(afterAttempt: attempt)
        let unlimited = law.ceiling(afterAttempt: attempt)
        #expect(scaled >= 0 && scaled <= longest)
        if unlimited < longest {
          #expect(abs(Double(scaled) - min(Double(longest), Double(unlimited) * scale)) <= Double(unlimited) * 1e-6 + 2)
        }
      }
      let constant = Backoff.constant(.seconds(2)).scaled(by: scale).ceiling(afterAttempt: attempt)
      #expect(constant == Int64(2e9 * scale))
    }
    let endless = Backoff.constant(.nanoseconds(Int64.max / 4)).scaled(by: 100)
    #expect(endless.ceiling(afterAttempt: 3) == .max / 4)
  }

  @Test("R1.10 the share of failures stays within 0 and 1 and forgets at the rate of its memory")
  func machine() {
    var chance = SeededGenerator(seed: 6)
    for memory in [1, 2, 16, 10_000, 0, .max] {
      var machine = AdaptiveDelayMachine(.init(memory: memory))
      var reference = 0.0
      let weight = 1 / Double(min(10_000, max(1, memory)))
      for _ in 0..<2_000 {
        if Bool.random(using: &chance) {
          machine.failed()
          reference = reference * (1 - weight) + weight
        } else {
          machine.succeeded()
          reference *= 1 - weight
          if reference < 1.0 / 1_024 { reference = 0 }
        }
        #expect((0...1).contains(machine.failureShare) && abs(machine.failureShare - reference) < 1e-9)
        #expect((1...4).contains(machine.scale(after: .server)))
      }
    }
  }

  @Test("R1.10 a rule that makes no sense is named in full")
  func validation() {
    let configuration = AdaptiveDelay.Configuration(
      rateLimitFactor: 0, overloadFactor: .nan, connectionFactor: 101, otherFactor: -1, maxPressure: 0.5, memory: 0)
    let problems = Retry.Configuration(adaptation: AdaptiveDelay(configuration)).problems
    #expect(
      problems.map(\.setting) == [
        "rateLimitFactor", "overloadFactor", "connectionFactor", "otherFactor", "maxPressure", "memory",
      ])
    #expect(AdaptiveDelay.Configuration().problems.isEmpty)
  }
}
