/// The kinds of failure that callers can tell apart, each with a stable number and an HTTP status.
///
/// The number is part of the interface and never changes its meaning; `text(prefix:)` joins it with the service's own
/// prefix, so that `serviceUnavailable` of a service with the prefix `ORC` reads `ORC_005`.
public enum ErrorCode: Int, Sendable, Hashable, CaseIterable, Codable {
  /// The request breaks a rule of form: 400.
  case validation = 1
  /// The request is well formed and breaks a rule of the business: 422.
  case businessRule = 2
  /// The request does not fit the state that a workflow is in: 409.
  case workflow = 3
  /// A dependency answered wrongly, or could not be reached, and no attempts are left: 502.
  case externalService = 4
  /// A dependency is not called at present (an open breaker, say), or the service itself is not ready: 503.
  case serviceUnavailable = 5
  /// A dependency did not answer within the call's time: 504.
  case timeout = 6
  /// The caller asks more often than it may: 429.
  case rateLimited = 7
  /// The caller did not prove who it is: 401.
  case authentication = 8
  /// The caller may not do this: 403.
  case authorization = 9
  /// Nothing is there: 404.
  case notFound = 10
  /// Somebody else changed the same thing at the same time: 409.
  case conflict = 11
  /// Stored data cannot be read: 500.
  case storageCorrupted = 12
  /// A fault of the service itself: 500.
  case `internal` = 13

  /// The prefix where the configuration names none (`errors.codePrefix`).
  public static let defaultPrefix = "RES"

  /// The number within a prefix, from 1.
  public var number: Int { self.rawValue }

  /// The code as clients see it, such as `ORC_005`; at least three digits.
  public func text(prefix: String = ErrorCode.defaultPrefix) -> String {
    let digits = String(self.rawValue)
    return prefix + "_" + String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
  }

  /// The HTTP status that fits the code where nothing more precise is known.
  public var status: Int {
    switch self {
    case .validation: 400
    case .businessRule: 422
    case .workflow, .conflict: 409
    case .externalService: 502
    case .serviceUnavailable: 503
    case .timeout: 504
    case .rateLimited: 429
    case .authentication: 401
    case .authorization: 403
    case .notFound: 404
    case .storageCorrupted, .internal: 500
    }
  }

  /// The kind in words, the same for every occurrence: RFC 9457's `title`.
  public var title: String {
    switch self {
    case .validation: "The request is not valid"
    case .businessRule: "A business rule forbids the request"
    case .workflow: "The request does not fit the workflow's state"
    case .externalService: "A dependency failed"
    case .serviceUnavailable: "The service is unavailable"
    case .timeout: "A dependency did not answer in time"
    case .rateLimited: "Too many requests"
    case .authentication: "Authentication is required"
    case .authorization: "The request is not allowed"
    case .notFound: "Not found"
    case .conflict: "The request conflicts with another"
    case .storageCorrupted: "Stored data cannot be read"
    case .internal: "Internal error"
    }
  }

  /// The kind as a URI, RFC 9457's `type`: an identifier, not an address to open.
  public var typeURI: String {
    var slug = ""
    for character in String(describing: self) {
      if character.isUppercase { slug += "-" }
      slug += character.lowercased()
    }
    return "urn:resilience:problem:" + slug
  }
}
