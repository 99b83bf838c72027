import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct BulkheadLeakTests {
  @Test("R6.5 a permit held too long is an event and a count, once, and its place is kept until it comes back")
  func noticed() throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 2, maxHold: .seconds(10)), observer: recorder)
    let context = Context(time.runtime)
    let leaking = try #require(try bulkhead.admit(in: context))
    time.advance(by: .seconds(9))
    let punctual = try #require(try bulkhead.admit(in: context))
    #expect(bulkhead.snapshot(on: time.runtime).outstandingLeaks == 0)
    time.advance(by: .seconds(1))
    for _ in 0..<3 { #expect(throws: Rejection.self) { _ = try bulkhead.admit(in: context) } }
    let line =
      "bulkhead b: breached (a permit has been out for longer than 10.0 seconds; the place is kept until it comes back)"
    #expect(recorder.lines.filter { $0.contains("breached") } == [line])
    let snapshot = bulkhead.snapshot(on: time.runtime)
    #expect(snapshot.leaks == 1 && snapshot.outstandingLeaks == 1 && snapshot.inside == 2)
    bulkhead.release(leaking, .success, nil, in: context)
    bulkhead.release(punctual, .success, nil, in: context)
    #expect(bulkhead.snapshot(on: time.runtime).outstandingLeaks == 0 && bulkhead.occupancy == (0, 0))
  }

  @Test("R6.5 a leaked place is given to others, and its late return is ignored")
  func reclaimed() throws {
    let time = ManualTime()
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxHold: .seconds(10), reclaimsLeaks: true))
    let context = Context(time.runtime)
    let leaking = try #require(try bulkhead.admit(in: context))
    time.advance(by: .seconds(10))
    let second = try #require(try bulkhead.admit(in: context))
    #expect(bulkhead.occupancy == (1, 0))
    bulkhead.release(leaking, .success, nil, in: context)
    #expect(throws: Rejection.self) { _ = try bulkhead.admit(in: context) }  // or two would run
    let snapshot = bulkhead.snapshot(on: time.runtime)
    #expect(snapshot.leaks == 1 && snapshot.lateReturns == 1 && snapshot.outstandingLeaks == 0)
    bulkhead.release(second, .success, nil, in: context)
    #expect(try bulkhead.admit(in: context) != nil && bulkhead.occupancy == (1, 0))
  }

  @Test("R6.5 a leaked place is given to who waits as soon as it counts as leaked, although nobody else comes")
  func reclaimedForWaiter() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead(
      "b", .init(maxConcurrent: 2, maxQueue: 3, maxWait: .seconds(600), maxHold: .seconds(10), reclaimsLeaks: true))
    try simulation.run {
      let early = try #require(try bulkhead.admit(in: Context(runtime)))
      _ = try bulkhead.admit(in: Context(runtime))  // never comes back
      try await runtime.sleep(for: .seconds(4))
      bulkhead.release(early, .success, nil, in: Context(runtime))
      _ = try bulkhead.admit(in: Context(runtime))  // nor does this
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<2 {
          group.addTask {
            let token = try await bulkhead.waitForAdmission(in: Context(runtime))
            try await runtime.sleep(for: .seconds(9))
            bulkhead.release(token, .success, nil, in: Context(runtime))
          }
        }
        try await group.waitForAll()
      }
    }
    // The second leaked at 14 s, and was waited for.
    #expect(simulation.elapsed == .seconds(23))
    #expect(bulkhead.snapshot(on: runtime).outstandingLeaks == 2 && bulkhead.occupancy == (0, 0))
  }

  @Test("R6.5 with too many leaks the compartment isolates itself; others go on; it opens when permits come back")
  func isolatesItself() throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 5, maxHold: .seconds(10), isolatesAtLeaks: 2), observer: recorder)
    let other = Bulkhead("other", .init(maxConcurrent: 1))
    let context = Context(time.runtime)
    let tokens = try (0..<2).map { _ in try #require(try bulkhead.admit(in: context)) }
    time.advance(by: .seconds(10))
    let rejection = #expect(throws: Rejection.self) { _ = try bulkhead.admit(in: context) }
    #expect(rejection?.reason == .isolated && rejection?.policy == .bulkhead && rejection?.state == "isolated")
    #expect(try other.admit(in: context) != nil)
    #expect(bulkhead.snapshot(on: time.runtime).isolation?.isByRule == true)
    bulkhead.release(tokens[0], .success, nil, in: context)
    #expect(try bulkhead.admit(in: context) != nil)
    #expect(
      recorder.lines.filter { $0.contains("→") } == [
        "bulkhead b: admitting → isolated (2 permits leak)", "bulkhead b: isolated → admitting (permits came back)",
      ])
  }

  @Test("R6.5 an operator isolates a compartment: who waits is refused at once, who is inside ends undisturbed")
  func isolatedByHand() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let recorder = EventRecorder()
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 5), observer: recorder)
    try simulation.run {
      let held = try await bulkhead.acquire(in: Context(runtime))
      await withTaskGroup(of: Rejection.Reason?.self) { group in
        group.addTask {
          do {
            try await bulkhead.execute(in: Context(runtime)) { _ in _ = Issue.record("ran while isolated") }
            return nil
          } catch { return (error as? Rejection)?.reason }
        }
        try? await runtime.sleep(for: .seconds(1))
        bulkhead.isolate(reason: "drill", actor: "ada", for: .seconds(5), on: runtime)
        #expect(await group.next() == .isolated && simulation.elapsed == .seconds(1))
      }
      let refused = await #expect(throws: Rejection.self) { try await bulkhead.execute(in: Context(runtime)) { _ in } }
      #expect(refused?.reason == .isolated && refused?.retryAfter == .seconds(5))
      held.complete(.success)
      try await runtime.sleep(for: .seconds(5))
      try await bulkhead.execute(in: Context(runtime)) { _ in }  // it ran out by itself
      bulkhead.isolate(reason: "again", actor: "ada", on: runtime)
      bulkhead.lift(reason: "over", actor: "bob", on: runtime)
      try await bulkhead.execute(in: Context(runtime)) { _ in }
    }
    #expect(bulkhead.occupancy == (0, 0) && bulkhead.snapshot(on: runtime).isolation == nil)
    #expect(
      recorder.lines.filter { !$0.contains("rejected") } == [
        "bulkhead b: isolated by ada: drill", "bulkhead b: isolated → admitting (its time is over)",
        "bulkhead b: isolated by ada: again", "bulkhead b: free by bob: over",
      ])
  }
}
