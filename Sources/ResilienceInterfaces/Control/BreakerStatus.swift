/// Everything that is known about one breaker at one instant, with the reason why it is in its state.
public struct BreakerStatus: Codable, Sendable, Hashable {
  /// The state that decides about calls now; an operator's override counts before the breaker's own state.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Calls pass; outcomes are judged.
    case closed
    /// Calls are refused until `openUntil`.
    case open
    /// A few probes pass; their outcomes decide.
    case halfOpen
    /// An operator refuses every call.
    case isolated
    /// An operator lets every call pass.
    case disabled
    /// An operator lets the breaker count, but never refuse.
    case observing
  }

  /// The breaker's name.
  public let name: String
  /// The dependency that it protects.
  public let dependency: String
  /// The state in force.
  public let state: State
  /// Since when that state is in force, in Unix milliseconds.
  public let since: Int64
  /// How often the breaker has changed its state; results of an older generation do not count.
  public let generation: UInt64
  /// Until when calls are refused, in Unix milliseconds; only when open.
  public let openUntil: Int64?
  /// How long callers are told to wait, in seconds; only when open or isolated with an expiry.
  public let retryAfterSeconds: Double?
  /// The operator's override, if there is one.
  public let override: BreakerOverride?
  /// What the window has counted.
  public let counts: Counts
  /// How often the breaker has opened since the program started.
  public let trips: UInt64
  /// The settings that the counts are judged by.
  public let settings: Settings
  /// Why the breaker is in its state, as an English sentence.
  public let explanation: String
  /// While it comes back: the share of calls that it admits, 0…1; nil where it does not hold back a share.
  public let admittedShare: Double?
  /// Settings that are tried beside the live ones, if there are any.
  public let candidate: Candidate?
  /// Availability and response times of the last minutes; left out of summaries.
  public let history: History?
  /// The outcomes (100 at most) that led to the last opening, oldest first; empty if it never opened.
  public let evidence: [Outcome]
  /// The latest changes of state (50 at most), newest first.
  public let transitions: [Transition]

  /// Describes a breaker; times are Unix milliseconds.
  public init(
    name: String, dependency: String, state: State, since: Int64, generation: UInt64, openUntil: Int64? = nil,
    retryAfterSeconds: Double? = nil, override: BreakerOverride? = nil, counts: Counts, trips: UInt64,
    settings: Settings, explanation: String, admittedShare: Double? = nil, candidate: Candidate? = nil,
    history: History? = nil, evidence: [Outcome] = [], transitions: [Transition] = []
  ) {
    self.name = name
    self.dependency = dependency
    self.state = state
    self.since = since
    self.generation = generation
    self.openUntil = openUntil
    self.retryAfterSeconds = retryAfterSeconds
    self.override = override
    self.counts = counts
    self.trips = trips
    self.settings = settings
    self.explanation = explanation
    self.admittedShare = admittedShare
    self.candidate = candidate
    self.history = history
    self.evidence = evidence
    self.transitions = transitions
  }
}
