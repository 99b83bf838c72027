public import Resilience

/// An error as services tell each other, their logs and their users: what kind, how bad, what to do, for which request.
///
/// One type for all kinds instead of a class for each: it is a value that can be stored in a queue and read by another
/// version of the program without loss. Make it from whatever was thrown with `init(_:)`, or from a kind:
/// ```swift
/// throw ServiceError(.businessRule, "The order is above the limit", context: ["limit": "500"])
/// ```
/// `message` and `context` are for operators and go through logs; `userMessage` is what people may read. Neither may
/// hold a secret.
public struct ServiceError: CategorizedError, Sendable, Hashable {
  /// How much an error matters to those who run the service.
  public enum Severity: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Expected: the caller's own mistake.
    case info
    /// The service copes, and somebody should know.
    case warning
    /// A request failed that should not have.
    case error
    /// Data or the whole service is in danger.
    case critical

    /// Less severe is less.
    public static func < (left: Severity, right: Severity) -> Bool {
      guard let left = Self.allCases.firstIndex(of: left), let right = Self.allCases.firstIndex(of: right) else {
        return false
      }
      return left < right
    }
  }

  /// What kind of error it is.
  public var kind: Kind
  /// What happened, to what, and why; for operators.
  public var message: String
  /// How much it matters; by default the kind's own.
  public var severity: Severity
  /// Whether the same request may well succeed later; by default the kind's own.
  public var isRetryable: Bool
  /// What people are told; by default the kind's own.
  public var userMessage: String
  /// The circumstances, by name.
  public var context: [String: String]
  /// The request that it happened in.
  public var correlationID: String?
  /// The service that it happened in.
  public var service: String?
  /// What was being done.
  public var operation: String?
  /// The dependency that it came from.
  public var dependency: String?
  /// When it makes sense to ask again, in milliseconds from then; nil if nobody knows.
  public var retryAfterMilliseconds: Int64?
  /// When it happened, in milliseconds since 1970; nil if nobody said.
  public var time: Int64?
  /// What caused it, the nearest cause first.
  public var causes: [ServiceError]
  /// Members that a newer version has written and this one does not know; written again as they were.
  public var unknown: [String: JSONFragment]

  /// Makes an error of a kind; what is left out is as usual for the kind.
  public init(
    _ kind: Kind, _ message: String, severity: Severity? = nil, isRetryable: Bool? = nil, userMessage: String? = nil,
    context: [String: String] = [:], correlationID: String? = CorrelationID.current, service: String? = nil,
    operation: String? = nil, dependency: String? = nil, retryAfterMilliseconds: Int64? = nil, time: Int64? = nil,
    causes: [ServiceError] = []
  ) {
    self.kind = kind
    self.message = message
    self.severity = severity ?? kind.severity
    self.isRetryable = isRetryable ?? kind.isRetryable
    self.userMessage = userMessage ?? kind.userMessage
    self.context = context
    self.correlationID = correlationID
    self.service = service
    self.operation = operation
    self.dependency = dependency
    self.retryAfterMilliseconds = retryAfterMilliseconds
    self.time = time
    self.causes = causes
    self.unknown = [:]
  }

  /// The stable code; `code.text(prefix:)` has the service's prefix.
  public var code: ErrorCode { self.kind.code }
  /// What policies make of it.
  public var category: FailureCategory { self.kind.category }
  /// When the dependency wants to be asked again.
  public var retryAfter: Duration? { self.retryAfterMilliseconds.map { .milliseconds($0) } }

  /// The answer to an HTTP request that failed so: never `message` or `context`, which are for operators.
  public func problem(prefix: String = ErrorCode.defaultPrefix, instance: String? = nil) -> ProblemDetails {
    ProblemDetails(
      self.code, prefix: prefix, detail: self.userMessage, instance: instance, correlationId: self.correlationID,
      dependency: self.dependency,
      retryAfterSeconds: self.retryAfterMilliseconds.map { Int(max(1, ($0 + 999) / 1_000)) })
  }
}

extension ServiceError: CustomStringConvertible {
  /// Kind and message, for operators.
  public var description: String {
    let subject = self.dependency.map { " (\($0))" } ?? ""
    return "\(self.kind.rawValue)\(subject): \(self.message)"
  }
}
