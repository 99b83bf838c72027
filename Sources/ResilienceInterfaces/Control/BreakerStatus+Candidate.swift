extension BreakerStatus {
  /// Settings that are tried beside the live ones, and how they would have done.
  public struct Candidate: Codable, Sendable, Hashable {
    /// The state that they would be in now.
    public let state: State
    /// Whether that is the live breaker's state, too.
    public let agrees: Bool
    /// How often they would have opened.
    public let trips: UInt64
    /// Calls that both would have treated alike.
    public let agreed: UInt64
    /// Calls that they would have refused, and that went well all the same.
    public let wouldHaveRefusedSucceeded: UInt64
    /// Calls that they would have refused, and that failed.
    public let wouldHaveRefusedFailed: UInt64
    /// Calls that the live breaker refused, and that they would have admitted.
    public let wouldHaveAdmitted: UInt64
    /// Why they are in their state, as an English sentence.
    public let explanation: String

    /// Describes tried settings.
    public init(
      state: State, agrees: Bool, trips: UInt64, agreed: UInt64, wouldHaveRefusedSucceeded: UInt64,
      wouldHaveRefusedFailed: UInt64, wouldHaveAdmitted: UInt64, explanation: String
    ) {
      self.state = state
      self.agrees = agrees
      self.trips = trips
      self.agreed = agreed
      self.wouldHaveRefusedSucceeded = wouldHaveRefusedSucceeded
      self.wouldHaveRefusedFailed = wouldHaveRefusedFailed
      self.wouldHaveAdmitted = wouldHaveAdmitted
      self.explanation = explanation
    }
  }

  /// How a dependency answered over the last minutes.
  public struct History: Codable, Sendable, Hashable {
    /// One minute of calls.
    public struct Minute: Codable, Sendable, Hashable {
      /// When it began, in Unix milliseconds.
      public let at: Int64
      /// Calls that were judged.
      public let calls: Int
      /// Those that failed.
      public let failures: Int

      /// Describes a minute.
      public init(at: Int64, calls: Int, failures: Int) {
        self.at = at
        self.calls = calls
        self.failures = failures
      }
    }

    /// The last minutes with calls, oldest first.
    public let availability: [Minute]
    /// The duration that half of the calls stayed below, in milliseconds; nil where none is known.
    public let p50Milliseconds: Double?
    /// The duration that nine of ten calls stayed below.
    public let p90Milliseconds: Double?
    /// The duration that 99 of 100 calls stayed below.
    public let p99Milliseconds: Double?

    /// Describes a history.
    public init(
      availability: [Minute], p50Milliseconds: Double?, p90Milliseconds: Double?, p99Milliseconds: Double?
    ) {
      self.availability = availability
      self.p50Milliseconds = p50Milliseconds
      self.p90Milliseconds = p90Milliseconds
      self.p99Milliseconds = p99Milliseconds
    }
  }
}
