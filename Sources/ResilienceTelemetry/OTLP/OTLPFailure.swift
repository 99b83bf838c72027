public import Resilience
internal import ResilienceInterfaces

/// A collector has answered that it does not take a request.
public struct OTLPFailure: CategorizedError, CustomStringConvertible {
  /// The answer's status.
  public let status: Int
  /// How long it asks to wait.
  public let retryAfter: Duration?

  /// Makes a failure.
  public init(status: Int, retryAfter: Duration? = nil) {
    self.status = status
    self.retryAfter = retryAfter
  }

  /// What kind of failure it is.
  public var category: FailureCategory { StatusCategory.category(of: self.status) ?? .unknown }
  /// The collector has answered.
  public var transmission: Transmission { .answered }

  /// Whether the same request may be sent again: OTLP allows it for 429, 502, 503 and 504 only.
  public var isRetryable: Bool { [429, 502, 503, 504].contains(self.status) }

  /// What happened, and what to do next.
  public var description: String {
    let next =
      switch self.status {
      case 401, 403: "check telemetry.otlp.headers"
      case 404, 405:
        "check telemetry.otlp.endpoint: the collector takes OTLP over HTTP at another address, or not at all"
      case 400, 415, 422: "the collector does not understand the request; does it take OTLP as JSON?"
      default: "look into the collector's log"
      }
    return "the collector answered with status \(self.status): \(next)"
  }
}
