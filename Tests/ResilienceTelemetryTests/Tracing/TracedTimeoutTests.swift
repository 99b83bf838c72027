import Resilience
import ResilienceSimulation
import ResilienceTelemetry
import Testing
import Tracing

@Suite("Spans of calls that time out")
struct TracedTimeoutTests {
  @Test("R11.8 an attempt that a time-out around it ends is called so, one that is cancelled is called cancelled")
  func ends() throws {
    let basket = SpanBasket()
    let tracer = SpanTracer(sink: basket)
    let simulation = Simulation(seed: 1)
    let pipeline = Pipeline("charge", runtime: simulation.runtime) {
      Timeout(.seconds(10))
      Traced(.attempt, name: "attempt", tracer: tracer)
    }
    try simulation.run {
      try? await pipeline { try await simulation.runtime.sleep(for: .seconds(60)) }
      await withTaskGroup(of: Void.self) { group in
        group.addTask { try? await pipeline { try await simulation.runtime.sleep(for: .seconds(60)) } }
        try? await simulation.runtime.sleep(for: .seconds(3))
        group.cancelAll()
      }
    }
    #expect(
      basket.spans.map { $0.attributes["error.type"] } == [.string("timeout"), .string("cancelled")])
  }
}
