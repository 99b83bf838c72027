internal import ResilienceConfiguration

/// Everything that another configuration needs, made and not yet in force.
struct PreparedGateway: Sendable {
  let configuration: ServiceConfiguration
  let dependencies: [Dependency]
  let transports: [String: DependencyTransport]
  let shared: SharedPolicies
  /// Those whose breaker is new: what operators have decided about them is to be put in force first.
  let added: [Dependency]
}
