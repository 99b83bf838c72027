public import ResilienceInterfaces

/// What was waited for did not become healthy in time.
public struct StillUnhealthy: Error, Equatable, CustomStringConvertible {
  /// One component that is not usable.
  public struct Component: Sendable, Equatable {
    /// Its name.
    public let name: String
    /// What is believed of it.
    public let state: HealthState
    /// Why, in words.
    public let reason: String
  }

  /// How long was waited.
  public let limit: Duration
  /// What is not usable, in the order asked for.
  public let components: [Component]

  init(within limit: Duration, _ components: [Component]) {
    self.limit = limit
    self.components = components
  }

  /// What is missing, and what to do.
  public var description: String {
    let list = self.components.map { "'\($0.name)' is \($0.state.rawValue) (\($0.reason))" }.joined(separator: ", ")
    return "after \(self.limit): \(list); start it, correct its address, or do not wait for it"
  }
}
