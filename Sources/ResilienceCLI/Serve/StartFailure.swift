internal import Resilience
internal import ResilienceGateway
internal import ResilienceHealth
internal import ResilienceHummingbird
internal import ResilienceNetworkChecks
internal import ResilienceTelemetry

/// Why the program cannot start, and what to do.
struct StartFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// An error that says that a setting cannot be used; nil for everything else, which is a mistake in the program.
  init?(_ error: any Error) {
    switch error {
    case let failure as StartFailure: self = failure
    case is GatewayServerError, is UpstreamConfigurationError, is OperationsListenFailure,
      is InvalidOperationsConfiguration, is InvalidConfiguration, is MetricError, is CheckFailure,
      is InvalidDependencyGraph:
      self.description = "\(error)"
    case let failure as StillUnhealthy: self.description = "health.waitForHealthy: \(failure)"
    default: return nil
    }
  }
}
