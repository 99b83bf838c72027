import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct BulkheadReplaceTests {
  @Test("a bulkhead that shrinks throws nobody out, and admits nobody until enough have left")
  func shrinks() throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 4), observer: recorder)
    let context = Context(time.runtime)
    var inner = context
    let tokens = (0..<4).compactMap { _ in bulkhead.tryAdmit(&inner) }
    bulkhead.replace(.init(maxConcurrent: 2), on: time.runtime)
    #expect(tokens.count == 4 && bulkhead.occupancy == (4, 0) && bulkhead.configuration.maxConcurrent == 2)
    #expect(
      recorder.lines == ["bulkhead b: breached (4 calls are inside, 2 are allowed by the new settings; none is ended)"])
    for token in tokens.prefix(2) {
      #expect(bulkhead.tryAdmit(&inner) == nil)
      bulkhead.release(token, .success, nil, in: context)
    }
    #expect(bulkhead.tryAdmit(&inner) == nil)
    bulkhead.release(tokens[2], .success, nil, in: context)
    #expect(bulkhead.tryAdmit(&inner) != nil && bulkhead.occupancy == (2, 0))
  }

  @Test("a bulkhead that grows lets those in who wait")
  func grows() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 5))
    try simulation.run {
      let held = try await bulkhead.acquire(in: Context(runtime))
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { try await bulkhead.execute(in: Context(runtime)) { _ in } } }
        try await runtime.sleep(for: .seconds(1))
        #expect(bulkhead.occupancy == (1, 3))
        bulkhead.replace(.init(maxConcurrent: 4, maxQueue: 1), on: runtime)
        try await group.waitForAll()
      }
      held.complete(.success)
    }
    #expect(simulation.elapsed == .seconds(1) && bulkhead.occupancy == (0, 0))
  }

  @Test("tiers keep what they hold by name; permits that nobody tracked come back all the same")
  func tiers() throws {
    let time = ManualTime()
    let runtime = time.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 4, maxQueue: 4))
    let (first, gold) = (Context(runtime), Context(runtime, operation: "", deadline: nil, tier: "gold"))
    var inner = first
    let untracked = try #require(bulkhead.tryAdmit(&inner))
    bulkhead.replace(.init(maxConcurrent: 4, maxQueue: 4, tiers: [.init("gold", share: 0.5)]), on: runtime)
    let tracked = try #require(try bulkhead.admit(in: gold))
    #expect(bulkhead.snapshot(on: runtime).tiers.map(\.inside) == [1, 0] && bulkhead.occupancy.inside == 2)
    bulkhead.replace(
      .init(maxConcurrent: 4, maxQueue: 4, tiers: [.init("silver", share: 0.2), .init("gold", share: 0.5)]), on: runtime
    )
    #expect(bulkhead.snapshot(on: runtime).tiers.map(\.inside) == [0, 1, 0])
    bulkhead.replace(.init(maxConcurrent: 2), on: runtime)
    for token in [untracked, tracked] { bulkhead.release(token, .success, nil, in: first) }
    #expect(bulkhead.occupancy == (0, 0))
    #expect(bulkhead.tryAdmit(&inner) != nil && bulkhead.tryAdmit(&inner) != nil && bulkhead.tryAdmit(&inner) == nil)
  }

  @Test("settings that make no sense are not taken, and the old ones stay")
  func validated() {
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 4))
    #expect(throws: InvalidConfiguration.self) { try bulkhead.replace(validating: .init(maxConcurrent: 0)) }
    #expect(bulkhead.configuration.maxConcurrent == 4)
  }

  @Test("whatever is replaced while calls come, wait and go, nobody is lost and nothing is left over")
  func random() throws {
    try withEvery(seeds: 150) { simulation in
      let runtime = simulation.runtime
      let bulkhead = Bulkhead("b", .init(maxConcurrent: 2, maxQueue: 4, maxWait: .seconds(3_600)))
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<25 {
            group.addTask {
              try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 40)))
              let context = Context(
                runtime, operation: "", deadline: nil, tier: ["a", "b", nil][number % 3], priority: number % 2)
              _ = await cancelled(after: .milliseconds(Int(runtime.random() % 200)), in: simulation) {
                try await bulkhead.execute(in: context) { _ in
                  try await runtime.sleep(for: .milliseconds(Int(runtime.random() % 12)))
                }
              }
            }
          }
          for _ in 0..<8 {
            try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 9)))
            let chance = runtime.random()
            bulkhead.replace(
              .init(
                maxConcurrent: 1 + Int(chance % 4), maxQueue: Int(chance >> 8 % 5), maxWait: .seconds(3_600),
                order: Bulkhead.Order.allCases[Int(chance >> 16 % 3)],
                tiers: chance >> 24 % 2 == 0 ? [] : [.init("a", share: 0.5, lends: chance >> 25 % 2 == 0)],
                maxHold: chance >> 26 % 2 == 0 ? nil : .milliseconds(5), reclaimsLeaks: chance >> 27 % 2 == 0),
              on: runtime)
          }
        }
      }
      let occupancy = bulkhead.occupancy
      guard occupancy == (0, 0), simulation.elapsed < .seconds(2) else { throw Boom(number: occupancy.inside) }
    }
  }
}
