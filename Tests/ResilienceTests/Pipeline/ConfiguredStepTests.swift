import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct ConfiguredStepTests {
  private let simulation = Simulation(seed: 1)

  private func failure(_ body: @escaping @Sendable () async throws -> Void) throws -> (any Error)? {
    try self.simulation.run { () -> (any Error)? in
      do {
        try await body()
        return nil
      } catch { return error }
    }
  }

  @Test("a task deadline, a failure domain and a resource limiter are steps like others")
  func steps() throws {
    let runtime = self.simulation.runtime
    let domain = FailureDomain("eu", members: ["a"], runtime: runtime)
    let limiter = ResourceLimiter("bytes", .init(maxTotal: 10))
    let pipeline = try ConfiguredPipeline([
      .taskDeadline(TaskDeadline(.seconds(5), name: "all")), .failureDomain(domain.gate(for: "a")),
      .resourceLimiter(limiter),
    ])
    let trace = DecisionTrace()
    let context = Context(runtime, operation: "o", trace: trace, cost: 4)
    let inUse = try self.simulation.run { try await pipeline.execute(in: context) { _ in limiter.occupancy.inUse } }
    #expect(inUse == 4 && limiter.occupancy.inUse == 0)
    #expect(trace.entries.filter { $0.decision == .admitted }.map(\.policy) == [.failureDomain, .resourceLimiter])
    let plain = Context(runtime, operation: "o", cost: 11)
    let tooLarge = try self.failure { try await pipeline.concurrently(in: plain) { _ in } }
    #expect((tooLarge as? Rejection)?.reason == .tooLarge)
    let boom = try self.failure { try await pipeline.execute(in: context) { _ in throw Boom() } }
    #expect(boom is Boom && limiter.occupancy.inUse == 0)
    domain.isolate(reason: "drill", actor: "ada", on: runtime)
    let isolated = try self.failure { try await pipeline.execute(in: context) { _ in } }
    #expect((isolated as? Rejection)?.reason == .isolated)
    domain.lift(reason: "over", actor: "ada", on: runtime)
    let late = try self.failure {
      try await pipeline.execute(in: context) { try await $0.runtime.sleep(for: .seconds(9)) }
    }
    #expect((late as? Rejection)?.reason == .timeout && (late as? Rejection)?.name == "all")
  }
}
