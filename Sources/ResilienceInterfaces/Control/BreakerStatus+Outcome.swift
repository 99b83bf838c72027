extension BreakerStatus {
  /// One call's end, as the breaker saw it.
  public struct Outcome: Codable, Sendable, Hashable {
    /// What the breaker took the end for.
    public enum Kind: String, Codable, Sendable, CaseIterable {
      /// The dependency did what it should.
      case success
      /// The dependency failed.
      case failure
      /// It answered, but slower than the threshold.
      case slow
      /// It says nothing about the dependency (cancelled, caller's mistake).
      case ignored
    }

    /// When the call ended, in Unix milliseconds.
    public let at: Int64
    /// What it counted as.
    public let outcome: Kind
    /// How long the call took, in milliseconds.
    public let durationMilliseconds: Double
    /// What went wrong, without addresses and secrets; nil for a success.
    public let error: String?
    /// Which attempt of its call it was; the first is 1.
    public let attempt: Int

    /// Describes the end of one attempt; the time is in Unix milliseconds.
    public init(at: Int64, outcome: Kind, durationMilliseconds: Double, error: String? = nil, attempt: Int = 1) {
      self.at = at
      self.outcome = outcome
      self.durationMilliseconds = durationMilliseconds
      self.error = error
      self.attempt = attempt
    }
  }
}
