internal import Resilience
public import ResilienceInterfaces

extension GatewayControlPlane {
  /// Which configuration is in force; nil before it is known.
  public func configuration() async -> ConfigurationStatus? { self.state.withLock { $0.configuration } }

  /// What operators see of the configuration from now on.
  func show(_ status: ConfigurationStatus) { self.state.withLock { $0.configuration = status } }

  /// Tells operators of the service as a whole.
  func publish(_ kind: String, _ message: String, _ severity: ControlEvent.Severity) {
    self.feed.publish(at: self.clock.now, kind: kind, subject: self.service, message: message, severity: severity)
  }
}
