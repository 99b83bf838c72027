public import Resilience

/// Why a request to DynamoDB brought nothing.
public struct DynamoDBError: CategorizedError, CustomStringConvertible {
  /// The kinds that call for different remedies.
  public enum Kind: String, Sendable, CaseIterable {
    /// Nobody answers at the address, or the connection broke.
    case unreachable
    /// No answer in time.
    case timedOut
    /// It asks for less: throttling, or the table's capacity is used up.
    case throttled
    /// It knows the credentials not, or they do not allow it, or the clocks differ by more than 5 minutes.
    case forbidden
    /// There is no such table.
    case tableMissing
    /// A write's condition does not hold.
    case conditionFailed
    /// Something is larger than it may be.
    case tooLarge
    /// The request does not fit the table, or is wrong in another way.
    case invalid
    /// It failed itself (5xx).
    case server
    /// What answers does not speak DynamoDB's language.
    case notDynamoDB
    /// The caller was cancelled.
    case cancelled
  }

  /// What kind it is.
  public let kind: Kind
  /// Which server and table, without credentials.
  public let server: String
  /// What was found, as a sentence.
  public let detail: String
  /// What to do next, as a sentence.
  public let remedy: String
  /// How far the request got.
  public let transmission: Transmission
  /// What DynamoDB calls it, such as `ThrottlingException`; nil: it was not DynamoDB that said so.
  var name: String?
  /// The item that a write's condition has met, where it was told.
  var item: DynamoDBDocument?
  /// Whether an earlier attempt of the same request may have been carried out.
  var isUncertain = false

  init(
    _ kind: Kind, server: String, detail: String, remedy: String, transmission: Transmission = .answered,
    item: DynamoDBDocument? = nil
  ) {
    self.kind = kind
    self.server = server
    self.detail = detail
    self.remedy = remedy
    self.transmission = transmission
    self.item = item
  }

  /// What kind of failure it is for retry and breaker.
  public var category: FailureCategory {
    switch self.kind {
    case .unreachable: .connection
    case .timedOut: .timeout
    case .throttled: .rateLimited
    case .forbidden: .authorization
    case .tableMissing: .notFound
    case .conditionFailed: .conflict
    case .tooLarge, .invalid: .validation
    case .server, .notDynamoDB: .server
    case .cancelled: .cancelled
    }
  }

  /// Whether another attempt promises something.
  var isTransient: Bool {
    switch self.kind {
    case .unreachable, .timedOut, .throttled, .server: true
    case .forbidden, .tableMissing, .conditionFailed, .tooLarge, .invalid, .notDynamoDB, .cancelled: false
    }
  }

  /// What happened, to what, and what to do next.
  public var description: String { "\(self.server): \(self.detail) \(self.remedy)" }
}
