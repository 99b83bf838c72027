/// A request that could not be carried out and waits for a person's decision.
///
/// Holds what the caller sent: show it to operators only. Of the request's fields only the media type is kept.
public struct ReviewItem: Codable, Sendable, Hashable, Identifiable {
  /// How many decided records are kept for looking up.
  public static let keptDecided = 1_000

  /// What has become of it.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// It waits for a decision.
    case pending
    /// It was approved, and is on its way; after a crash nobody knows whether it arrived.
    case sending
    /// It was approved, and carried out where that was asked for.
    case approved
    /// It was discarded.
    case discarded

    /// Whether nothing is left to decide.
    public var isFinal: Bool { self == .approved || self == .discarded }
  }

  /// Cannot be guessed.
  public let id: String
  /// The dependency that it was for.
  public let dependency: String
  /// The request's method.
  public let method: String
  /// The request's path and query at the dependency.
  public let path: String
  /// The body's media type; nil where the caller said none.
  public let contentType: String?
  /// The body, as text.
  public var body: String
  /// When it came, in Unix milliseconds.
  public let receivedAt: Int64
  /// Why it could not be carried out, for operators.
  public let cause: String
  /// The request that it came with.
  public let correlationID: String?
  /// What has become of it.
  public var state: State
  /// Who changed it last; nil for nobody.
  public var actor: String?
  /// When it was changed last, in Unix milliseconds.
  public var changedAt: Int64?
  /// What came of it, for operators, such as `the dependency answered 200`.
  public var outcome: String?

  /// Describes a record; times are Unix milliseconds.
  public init(
    id: String, dependency: String, method: String, path: String, contentType: String?, body: String,
    receivedAt: Int64, cause: String, correlationID: String? = nil, state: State = .pending, actor: String? = nil,
    changedAt: Int64? = nil, outcome: String? = nil
  ) {
    self.id = id
    self.dependency = dependency
    self.method = method
    self.path = path
    self.contentType = contentType
    self.body = body
    self.receivedAt = receivedAt
    self.cause = cause
    self.correlationID = correlationID
    self.state = state
    self.actor = actor
    self.changedAt = changedAt
    self.outcome = outcome
  }
}
