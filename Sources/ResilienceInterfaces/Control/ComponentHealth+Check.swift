extension ComponentHealth {
  /// A component's check and its last result.
  public struct Check: Codable, Sendable, Hashable {
    /// What it does, in a few words, without secrets.
    public let what: String
    /// From the beginning of one to that of the next, in seconds.
    public let intervalSeconds: Double
    /// How long one may take, in seconds.
    public let timeoutSeconds: Double
    /// What the last one found; nil before the first.
    public let state: HealthState?
    /// Why, in words; nil while all is well.
    public let output: String?
    /// When, in Unix milliseconds.
    public let at: Int64?
    /// How long the last one took.
    public let latencyMilliseconds: Double?
    /// What it measured; nil if nothing.
    public let observedValue: Double?
    /// The measurement's unit.
    public let observedUnit: String?

    /// Describes a check and its last result; the time is in Unix milliseconds.
    public init(
      what: String, intervalSeconds: Double, timeoutSeconds: Double, state: HealthState? = nil, output: String? = nil,
      at: Int64? = nil, latencyMilliseconds: Double? = nil, observedValue: Double? = nil, observedUnit: String? = nil
    ) {
      self.what = what
      self.intervalSeconds = intervalSeconds
      self.timeoutSeconds = timeoutSeconds
      self.state = state
      self.output = output
      self.at = at
      self.latencyMilliseconds = latencyMilliseconds
      self.observedValue = observedValue
      self.observedUnit = observedUnit
    }
  }
}
