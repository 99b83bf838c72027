import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct RetryPoliciesTests {
  private func times(
    _ errors: [Categorized], _ configuration: Retry.Configuration, priority: Int = 0
  ) throws -> [Duration] {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let steps = errors.map { ScriptedDependency<Int>.Step.failure($0) }
    let dependency = ScriptedDependency(steps, on: runtime)
    let retry = Retry(configuration)
    let context = Context(runtime, operation: "a", deadline: nil, priority: priority)
    _ = try? simulation.run { try await retry.execute(in: context) { _ in try await dependency.call() } }
    return dependency.callTimes
  }

  /// The preset without chance.
  private func plain(_ rule: RetryPolicies.Rule) -> RetryPolicies.Rule {
    var rule = rule
    rule.configuration.jitter = .none
    return rule
  }

  private var standard: RetryPolicies { RetryPolicies(RetryPolicies.standard.rules.map(self.plain)) }

  @Test(
    "R1.9 the presets: transient 3 from 1 s, rate limiting 5 from 2 s, authentication 2 from 5 s",
    arguments: [
      (FailureCategory.connection, [0, 1, 3]), (.timeout, [0, 1, 3]), (.unavailable, [0, 1, 3]),
      (.server, [0, 1, 3]), (.unknown, [0, 1, 3]), (.rateLimited, [0, 2, 6, 14, 30]), (.authentication, [0, 5]),
      (.validation, [0]), (.authorization, [0]), (.notFound, [0]), (.conflict, [0]), (.cancelled, [0]),
    ])
  func presets(category: FailureCategory, seconds: [Int]) throws {
    let times = try self.times([Categorized(category: category)], .init(policies: self.standard))
    #expect(times == seconds.map { .seconds($0) })
  }

  @Test(
    "R1.9 the presets' longest delays are 10, 60 and 15 s",
    arguments: [
      (RetryPolicies.Rule.transient, 10), (.rateLimiting, 60), (.authentication, 15),
    ])
  func longest(rule: RetryPolicies.Rule, seconds: Int) {
    #expect(rule.configuration.backoff.ceiling(afterAttempt: 50) == Int64(seconds) * 1_000_000_000)
  }

  @Test("R1.9 each failure goes by its own rule, attempts counted over the whole call")
  func mixed() throws {
    let limited = Categorized(category: .rateLimited)
    let server = Categorized(category: .server)
    // After attempt 1 the transient delay of 1 s, after 2 the rate limit's of 4 s; after 3 transient has had enough.
    #expect(
      try self.times([server, limited, server], .init(policies: self.standard)) == [.zero, .seconds(1), .seconds(5)])
    #expect(
      try self.times([server, limited, limited, limited, limited], .init(policies: self.standard))
        == [.zero, .seconds(1), .seconds(5), .seconds(13), .seconds(29)])
  }

  @Test("R1.9 what no rule is for goes by the retry's own settings")
  func otherwise() throws {
    let policies = RetryPolicies([self.plain(.rateLimiting)])
    let own = Retry.Configuration(
      maxAttempts: 2, backoff: .constant(.milliseconds(10)), jitter: .none, policies: policies)
    #expect(try self.times([Categorized(category: .server)], own) == [.zero, .milliseconds(10)])
  }

  @Test("R1.9 rules by criticality: the least important calls are not retried, the most important more often")
  func criticality() throws {
    let critical = RetryPolicies.Rule(
      "critical", .init(maxAttempts: 4, backoff: .constant(.seconds(1)), jitter: .none), lowestPriority: 10)
    let policies = RetryPolicies([critical, .sheddable] + self.standard.rules)
    for (priority, calls) in [(-1, 1), (0, 3), (9, 3), (10, 4), (11, 4)] {
      let times = try self.times([Categorized(category: .server)], .init(policies: policies), priority: priority)
      #expect(times.count == calls, "priority \(priority)")
    }
  }

  @Test("R1.9 rules by service: those that name it or none are kept, in order")
  func services() throws {
    let payments = RetryPolicies.Rule("payments", .init(maxAttempts: 1), services: ["payments", "ledger"])
    let policies = RetryPolicies([payments] + RetryPolicies.standard.rules)
    #expect(policies.for(service: "ledger").rule(for: .server)?.name == "payments")
    #expect(policies.for(service: "search").rule(for: .server)?.name == "transient")
    #expect(policies.rule(for: .server)?.name == "transient")
    #expect(policies.for(service: "payments").rules.count == 4 && policies.for(service: "").rules.count == 3)
  }

  @Test("R1.9 the table agrees with a plain search through its rules")
  func model() {
    var chance = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      let rules = (0..<Int.random(in: 0...6, using: &chance)).map { number in
        RetryPolicies.Rule(
          "\(number)", .init(), categories: Set(FailureCategory.allCases.filter { _ in chance.next() % 3 == 0 }),
          services: chance.next() % 2 == 0 ? [] : ["a"], lowestPriority: Int.random(in: -3...1, using: &chance),
          highestPriority: Int.random(in: -1...3, using: &chance))
      }
      let service = Bool.random(using: &chance) ? "a" : "b"
      let table = RetryPolicies(rules).for(service: service)
      for category in FailureCategory.allCases {
        for priority in -4...4 {
          var expected: String?
          for rule in rules where expected == nil {
            let isOfService = rule.services.isEmpty || service == "a"
            let isOfCategory = rule.categories.isEmpty || rule.categories.contains(category)
            if isOfService, isOfCategory, rule.lowestPriority <= priority, priority <= rule.highestPriority {
              expected = rule.name
            }
          }
          #expect(table.rule(for: category, priority: priority)?.name == expected)
        }
      }
    }
  }

  @Test("R1.9 R1.12 a rule's own time limit counts from the first attempt")
  func timed() throws {
    let rule = RetryPolicies.Rule(
      "short", .init(maxAttempts: 9, backoff: .constant(.seconds(1)), jitter: .none, maxDuration: .seconds(3)))
    let own = Retry.Configuration(policies: RetryPolicies([rule]))
    #expect(try self.times([Categorized(category: .server)], own) == [.zero, .seconds(1), .seconds(2)])
  }

  @Test("R1.9 a call that is not idempotent is not repeated, whatever the rule; nor is a cancelled one")
  func safety() throws {
    let rule = RetryPolicies.Rule("all", .init(isRetryable: { _ in true }))
    let retry = Retry(.init(policies: RetryPolicies([rule])))
    let simulation = Simulation(seed: 1)
    let context = Context(simulation.runtime, operation: "charge", deadline: nil, isIdempotent: false)
    let calls = Shared(0)
    for error in [Boom(), CancellationError()] as [any Error] {
      _ = try? simulation.run {
        try await retry.execute(in: context) { _ in
          calls.withLock { $0 += 1 }
          throw error
        }
      }
    }
    #expect(calls.value == 2)
  }

  @Test("R1.9 what is wrong in a table is named with its rule")
  func validation() {
    let nested = Retry.Configuration(
      maxAttempts: 0, budget: RetryBudget(), adaptation: AdaptiveDelay(), policies: .standard)
    let policies = RetryPolicies([.init("odd", nested, lowestPriority: 2, highestPriority: 1)])
    let error = #expect(throws: InvalidConfiguration.self) { try Retry(validating: .init(policies: policies)) }
    #expect(
      error?.problems.map(\.setting) == [
        "policies[odd].maxAttempts", "policies[odd].budget", "policies[odd].adaptation", "policies[odd].policies",
        "policies[odd].lowestPriority",
      ])
    #expect(RetryPolicies.standard.problems.isEmpty)
  }
}
