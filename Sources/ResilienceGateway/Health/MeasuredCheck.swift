internal import Resilience
internal import ResilienceHealth
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// A check whose results are counted and timed.
struct MeasuredCheck: HealthCheck {
  let name: String
  let check: any HealthCheck
  let metrics: HealthMetrics

  func check(in context: Context) async throws -> CheckResult {
    let began = context.runtime.now()
    do {
      let result = try await self.check.check(in: context)
      self.metrics.count(self.name, result.state.rawValue, nanoseconds: context.runtime.now() - began)
      return result
    } catch {
      // A check that is cancelled before its time-out says nothing: the program ends, or the check was replaced.
      let now = context.runtime.now()
      if !(error is CancellationError) || now >= context.deadline {
        self.metrics.count(self.name, HealthState.unhealthy.rawValue, nanoseconds: now - began)
      }
      throw error
    }
  }
}
