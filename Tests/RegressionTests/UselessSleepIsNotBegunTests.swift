import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// Real retries slept up to the deadline and failed then: the caller waited for nothing.
@Suite struct UselessSleepIsNotBegunTests {
  @Test(
    "R1.12 a wait that reaches the deadline is not begun, whoever set it: the call, the task, a time-out around, a rule",
    arguments: 0..<5)
  func atOnce(form: Int) throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limit = Deadline(after: .seconds(10), on: runtime)
    var settings = Retry.Configuration(maxAttempts: 9, backoff: .constant(.seconds(10)), jitter: .none)
    if form == 3 { settings.maxDuration = .seconds(10) }
    if form == 4 { settings.stop = .duration(.seconds(10)) }
    let retry = Retry(settings)
    let pipeline = try ConfiguredPipeline(
      form == 2 ? [.timeout(Timeout(.seconds(10))), .retry(retry)] : [.retry(retry)])
    let dependency = ScriptedDependency<Int>([.failure(Boom())], on: runtime)
    try simulation.run {
      await Deadline.$current.withValue(form == 1 ? limit : nil) {
        let context = Context(runtime, operation: "", deadline: form == 0 ? limit : nil)
        await #expect(throws: Boom()) {
          try await pipeline.execute(in: context) { _ in try await dependency.call() }
        }
      }
    }
    #expect(dependency.calls == 1 && simulation.elapsed == .zero)
  }
}
