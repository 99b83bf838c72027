import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real bulkheads forgot who waited: a place became free and nobody was told.
@Suite struct WaitersAreNotLostTests {
  @Test("R6.1 everybody who may wait gets a place, although others give up, in whatever order things happen")
  func everybody() throws {
    try withEvery(seeds: 200) { simulation in
      let runtime = simulation.runtime
      // Nobody's time-out rescues a waiter that was forgotten: the simulation would be stuck for an hour.
      let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 20, maxWait: .seconds(3_600)))
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<16 {
            group.addTask {
              let work: @Sendable () async throws -> Void = {
                try await bulkhead.execute(in: Context(runtime)) { _ in try await runtime.sleep(for: .milliseconds(1)) }
              }
              if number % 3 == 0 {
                await cancelled(when: { try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 5))) }, work)
              } else {
                try? await work()
              }
            }
          }
        }
      }
      #expect(simulation.elapsed < .milliseconds(50), "seed \(simulation.seed)")
    }
  }

  @Test("R6.1 a place that becomes free between a refusal and the queueing goes to whoever queues")
  func between() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let bulkhead = Bulkhead("b", .init(maxConcurrent: 1, maxQueue: 1))
    try simulation.run {
      var context = Context(runtime)
      let held = try #require(bulkhead.tryAdmit(&context))
      #expect(bulkhead.tryAdmit(&context) == nil)
      #expect(try bulkhead.admit(in: context) == nil)
      bulkhead.release(held, .success, nil, in: context)  // nobody waits yet, so nobody is told
      let token = try await bulkhead.waitForAdmission(in: context)
      bulkhead.release(token, .success, nil, in: context)
    }
    #expect(simulation.elapsed == .zero && bulkhead.occupancy == (0, 0))
  }
}
