import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct BulkheadTierTests {
  private func context(_ runtime: Runtime, tier: String? = nil, priority: Int = 0) -> Context {
    Context(runtime, operation: "", deadline: nil, tier: tier, priority: priority)
  }

  /// Numbered calls with priorities that arrive a millisecond apart at a place that is taken; the order they run in.
  private func order(_ order: Bulkhead.Order, _ priorities: [Int], maxQueue: Int = 10) throws -> [String] {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: maxQueue, order: order))
    let trace = Shared<[String]>([])
    try simulation.run {
      let held = try #require(try bulkhead.admit(in: Context(runtime)))
      await withTaskGroup(of: Void.self) { group in
        for (number, priority) in priorities.enumerated() {
          group.addTask {
            try? await runtime.sleep(for: .milliseconds(number + 1))
            do {
              try await bulkhead.execute(in: self.context(runtime, priority: priority)) { _ in
                trace.withLock { $0.append("\(number)") }
                try await runtime.sleep(for: .milliseconds(1))
              }
            } catch { trace.withLock { $0.append("\(number) \((error as? Rejection)?.reason.rawValue ?? "?")") } }
          }
        }
        try? await runtime.sleep(for: .seconds(1))
        bulkhead.release(held, .success, nil, in: Context(runtime))
      }
    }
    #expect(bulkhead.occupancy == (0, 0))
    return trace.value
  }

  @Test("R6.1 the queue is served first come, last come or by priority and among equals first come")
  func orders() throws {
    #expect(try self.order(.fifo, [0, 1, 0]) == ["0", "1", "2"])
    #expect(try self.order(.lifo, [0, 1, 0]) == ["2", "1", "0"])
    #expect(try self.order(.priority, [0, -1, 5, 0, 5]) == ["2", "4", "0", "3", "1"])
  }

  @Test("R6.8 a full queue by priority makes room for who is more important, and refuses the last of the lowest")
  func displaced() throws {
    let found = try self.order(.priority, [0, -1, -1, 3, -1, 0], maxQueue: 3)
    #expect(found == ["2 bulkheadFull", "4 bulkheadFull", "1 bulkheadFull", "3", "0", "5"])
  }

  @Test("R6.3 a tier always gets its places, lends what it does not use, and gets it back first")
  func guarantee() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead(
      "b", .init(maxConcurrent: 4, maxQueue: 20, tiers: [.init("gold", share: 0.5), .init("bulk", share: 0.25)]))
    try simulation.run {
      var held: [Token] = []
      for _ in 0..<4 { held.append(try #require(try bulkhead.admit(in: self.context(runtime, tier: "bulk")))) }
      #expect(try bulkhead.admit(in: self.context(runtime, tier: "bulk")) == nil)
      let trace = Shared<[String]>([])
      await withTaskGroup(of: Void.self) { group in
        for (number, tier) in ["bulk", "bulk", nil, "gold", "gold", "gold"].enumerated() {
          group.addTask {
            try? await runtime.sleep(for: .milliseconds(number + 1))
            let context = self.context(runtime, tier: tier)
            guard let token = try? await bulkhead.waitForAdmission(in: context) else { return }
            trace.withLock { $0.append(tier ?? "none") }
            try? await runtime.sleep(for: .seconds(60))
            bulkhead.release(token, .success, nil, in: context)
          }
        }
        try? await runtime.sleep(for: .seconds(1))
        let waiting = bulkhead.snapshot(on: runtime).tiers.map(\.waiting)
        #expect(waiting == [3, 2, 1])
        for token in held {
          bulkhead.release(token, .success, nil, in: Context(runtime))
          try? await runtime.sleep(for: .seconds(1))
        }
        // Two are gold's own; then the rest who uses nothing, and bulk, which is owed one again.
        #expect(trace.value == ["gold", "gold", "none", "bulk"] || trace.value == ["gold", "gold", "bulk", "none"])
        #expect(bulkhead.snapshot(on: runtime).tiers.map(\.inside) == [2, 1, 1])
      }
    }
    #expect(bulkhead.occupancy == (0, 0))
  }

  @Test("R6.3 a tier that does not lend never waits for somebody else's call")
  func strict() throws {
    let time = ManualTime()
    let bulkhead = Bulkhead(
      "b", .init(maxConcurrent: 3, maxQueue: 9, tiers: [.init("gold", share: 0.4, lends: false)]))
    let rest = self.context(time.runtime)
    #expect(try bulkhead.admit(in: rest) != nil && bulkhead.admit(in: rest) != nil)
    #expect(try bulkhead.admit(in: rest) == nil)  // one is gold's
    #expect(try bulkhead.admit(in: self.context(time.runtime, tier: "gold")) != nil)
    #expect(try bulkhead.admit(in: self.context(time.runtime, tier: "gold")) == nil)
  }

  @Test("R6.3 a place that a tier keeps goes to nobody else at the moment when it is given back")
  func returned() throws {
    let simulation = Simulation()
    let bulkhead = Bulkhead(
      "b", .init(maxConcurrent: 4, maxQueue: 9, tiers: [.init("gold", share: 0.5, lends: false)]))
    try simulation.run {
      let rest = self.context(simulation.runtime)
      let gold = self.context(simulation.runtime, tier: "gold")
      let first = try await bulkhead.acquire(in: rest)
      let second = try await bulkhead.acquire(in: rest)
      let waiting = simulation.runtime.spawn { try? await bulkhead.execute(in: rest) { _ in } }
      try await simulation.runtime.sleep(for: .milliseconds(1))
      #expect(bulkhead.occupancy == (2, 1))
      try await bulkhead.acquire(in: gold).complete(.success)
      try await simulation.runtime.sleep(for: .milliseconds(1))
      #expect(bulkhead.occupancy == (2, 1))
      first.complete(.success)
      await waiting.value
      second.complete(.success)
      #expect(bulkhead.occupancy == (0, 0))
    }
  }

  /// How long gold's calls take, while bulk sends `flood` calls a second.
  private func gold(seed: UInt64, flood: Int, tiers: [Bulkhead.Tier]) throws -> Duration {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 10, maxQueue: 40, maxWait: .seconds(1), tiers: tiers))
    let taken = Shared<[Instant]>([])
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for (tier, count) in [("gold", 60), ("bulk", flood)] where count > 0 {
          group.addTask {
            await withTaskGroup(of: Void.self) { calls in
              for _ in 0..<count * 3 {
                try? await runtime.sleep(for: .nanoseconds(2 * Int(runtime.random() % UInt64(1_000_000_000 / count))))
                calls.addTask {
                  let begun = runtime.now()
                  let result: Void? = try? await bulkhead.execute(in: self.context(runtime, tier: tier)) { _ in
                    try await runtime.sleep(for: .milliseconds(15 + Int(runtime.random() % 11)))
                  }
                  // Who was refused has waited for ever.
                  let length = result == nil ? .max : runtime.now() - begun
                  if tier == "gold" { taken.withLock { $0.append(length) } }
                }
              }
            }
          }
        }
      }
    }
    let sorted = taken.value.sorted()
    return .nanoseconds(sorted[sorted.count * 99 / 100])
  }

  @Test("R6.3 a flood from one tier leaves the other's p99 within 1.5 times the unloaded, and unharmed without lending")
  func flood() throws {
    for seed in UInt64(0)..<3 {
      let unloaded = try self.gold(seed: seed, flood: 0, tiers: [])
      let lending = try self.gold(
        seed: seed, flood: 1_500, tiers: [.init("gold", share: 0.5), .init("bulk", share: 0.5)])
      let strict = try self.gold(
        seed: seed, flood: 1_500, tiers: [.init("gold", share: 0.5, lends: false), .init("bulk", share: 0.5)])
      let without = try self.gold(seed: seed, flood: 1_500, tiers: [])
      #expect(lending <= unloaded * 1.5, "seed \(seed): \(lending) against \(unloaded)")
      #expect(strict <= unloaded * 1.05, "seed \(seed): \(strict) against \(unloaded)")
      #expect(without > unloaded * 3, "seed \(seed): the flood is none: \(without)")
    }
  }

  @Test("R6.3 a tier may have a priority and no share of its own")
  func noShare() {
    let settings = Bulkhead.Configuration(maxConcurrent: 2, maxQueue: 4, tiers: [.init("gold", share: 0, priority: 1)])
    #expect(settings.problems.isEmpty)
    for share in [-0.1, 1.1, .nan] {
      let wrong = Bulkhead.Configuration(maxQueue: 1, tiers: [.init("a", share: share)]).problems.map(\.setting)
      #expect(wrong.contains("tiers.a.share"))
    }
  }
}
