import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct BulkheadTests {
  /// Calls that arrive one after another, a millisecond apart, and run for their lengths; what became of each.
  private func run(
    _ bulkhead: Bulkhead, seed: UInt64 = 1, _ lengths: [Duration]
  ) throws -> (ends: [String], order: [Int], simulation: Simulation) {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let state = Shared((ends: [String](repeating: "", count: lengths.count), order: [Int]()))
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for (number, length) in lengths.enumerated() {
          group.addTask {
            try? await runtime.sleep(for: .milliseconds(number))
            do {
              try await bulkhead.execute(in: Context(runtime)) { _ in
                state.withLock { $0.order.append(number) }
                try await runtime.sleep(for: length)
              }
              state.withLock { $0.ends[number] = "done" }
            } catch {
              let reason = (error as? Rejection)?.reason.rawValue ?? "\(error)"
              state.withLock { $0.ends[number] = reason }
            }
          }
        }
      }
    }
    let result = state.value
    return (result.ends, result.order, simulation)
  }

  @Test("R6.1 so many run, so many wait in the order of their arrival, the rest is refused at once")
  func limits() throws {
    let recorder = EventRecorder()
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 2, maxQueue: 3), observer: recorder)
    let result = try self.run(bulkhead, Array(repeating: .seconds(1), count: 7))
    #expect(result.ends == ["done", "done", "done", "done", "done", "bulkheadFull", "bulkheadFull"])
    #expect(result.order == [0, 1, 2, 3, 4])
    #expect(bulkhead.occupancy == (0, 0))
    #expect(recorder.lines == Array(repeating: "bulkhead b: rejected (bulkheadFull)", count: 2))
    #expect(result.simulation.elapsed == .milliseconds(3_000))
  }

  @Test("R6.1 a call waits at most the queue time-out")
  func queueTimeout() throws {
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 5, maxWait: .seconds(2)))
    let result = try self.run(bulkhead, [.seconds(3), .seconds(1), .seconds(1)])
    #expect(result.ends == ["done", "queueTimeout", "queueTimeout"])
    #expect(bulkhead.occupancy == (0, 0))
  }

  @Test("R6.1 the caller's deadline ends the wait earlier")
  func deadline() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 5))
    try simulation.run {
      let permit = try await bulkhead.acquire(in: Context(runtime))
      let context = Context(runtime, operation: "", deadline: Deadline(after: .seconds(4), on: runtime))
      await #expect(throws: Rejection.self) { try await bulkhead.execute(in: context) { _ in } }
      permit.complete(.success)
    }
    #expect(simulation.elapsed == .seconds(4) && bulkhead.occupancy == (0, 0))
  }

  @Test("R6.1 whoever is cancelled while it waits leaves nothing behind, and the next gets the place")
  func cancelledWhileQueued() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 5))
    try simulation.run {
      let permit = try await bulkhead.acquire(in: Context(runtime))
      let error = await cancelled(after: .seconds(1), in: simulation) {
        try await bulkhead.execute(in: Context(runtime)) { _ in _ = Issue.record("ran without a place") }
      }
      #expect(error is CancellationError && bulkhead.occupancy == (1, 0))
      permit.complete(.success)
      #expect(try await bulkhead.execute(in: Context(runtime)) { _ in 5 } == 5)
    }
    #expect(bulkhead.occupancy == (0, 0))
  }

  @Test("R6.1 a newcomer does not overtake who waits, although a place is free at that moment")
  func noOvertaking() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 5))
    try simulation.run {
      var context = Context(runtime)
      let token = try #require(bulkhead.tryAdmit(&context))
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await bulkhead.execute(in: Context(runtime)) { _ in } }
        try await runtime.sleep(for: .seconds(1))
        bulkhead.release(token, .success, nil, in: context)  // granted to the waiter, which has not run yet
        #expect(bulkhead.tryAdmit(&context) == nil)
        try await group.waitForAll()
        #expect(bulkhead.tryAdmit(&context) != nil)
      }
    }
  }

  @Test("R6.1 whatever happens, never more than permitted run, and nothing is left over", arguments: UInt64(0)..<60)
  func random(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let limit = 1 + Int(chance.next() % 3)
    let bulkhead = Bulkhead(
      "b",
      .init(maxConcurrent: limit, maxQueue: Int(chance.next() % 5), maxWait: .milliseconds(1 + Int(chance.next() % 20)))
    )
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let state = Shared((inside: 0, most: 0, ended: 0))
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<40 {
          group.addTask {
            try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 60)))
            _ = await cancelled(after: .milliseconds(Int(runtime.random() % 40)), in: simulation) {
              try await bulkhead.execute(in: Context(runtime)) { _ in
                state.withLock { $0 = ($0.inside + 1, max($0.most, $0.inside + 1), $0.ended) }
                defer { state.withLock { $0.inside -= 1 } }
                try await runtime.sleep(for: .milliseconds(Int(runtime.random() % 15)))
              }
            }
            state.withLock { $0.ended += 1 }
          }
        }
      }
    }
    let facts = state.value
    #expect(facts.most <= limit && facts.inside == 0 && facts.ended == 40)
    #expect(bulkhead.occupancy == (0, 0))
  }

  @Test("R6.1 the presets critical, user and background have the documents' values")
  func presets() {
    func values(_ configuration: Bulkhead.Configuration) -> [Int64] {
      [
        Int64(configuration.maxConcurrent), Int64(configuration.maxQueue), configuration.maxWait.components.seconds,
        configuration.maxExecution?.components.seconds ?? 0,
      ]
    }
    #expect(values(.critical) == [10, 50, 30, 30])
    #expect(values(.user) == [20, 100, 60, 60])
    #expect(values(.background) == [5, 200, 300, 300])
    for preset in [Bulkhead.Configuration.critical, .user, .background] { #expect(preset.problems.isEmpty) }
  }

  @Test("validation lists every setting that makes no sense; without it they are brought into range")
  func validation() async throws {
    let bad = Bulkhead.Configuration(maxConcurrent: 0, maxQueue: -1, maxWait: .zero)
    let error = #expect(throws: InvalidConfiguration.self) { _ = try Bulkhead("bad", validating: bad) }
    #expect(error?.problems.map(\.setting) == ["maxConcurrent", "maxQueue", "maxWait"])
    let worse = Bulkhead.Configuration(
      tiers: [.init("a", share: 0.7), .init("a", share: 2)], maxExecution: .zero, maxHold: .zero, isolatesAtLeaks: 0)
    #expect(
      worse.problems.map(\.setting) == [
        "tiers.a.share", "tiers", "tiers", "maxQueue", "maxExecution", "maxHold", "isolatesAtLeaks",
      ])
    #expect(Bulkhead.Configuration(reclaimsLeaks: true).problems.map(\.setting) == ["maxHold"])
    #expect(Bulkhead("worse", worse).snapshot().tiers.map(\.guaranteed) == [7, 3, 0])
    let bulkhead = Bulkhead("bad", bad)
    #expect(try await bulkhead.run { bulkhead.occupancy.inside } == 1)
  }

  @Test("R6.1 without a queue a free place is never refused, and a full one at once")
  func withoutQueue() throws {
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1))
    let result = try self.run(bulkhead, [.microseconds(1_500), .seconds(1), .seconds(1)])
    #expect(result.ends == ["done", "bulkheadFull", "done"])
    #expect(bulkhead.occupancy == (0, 0))
  }
}
