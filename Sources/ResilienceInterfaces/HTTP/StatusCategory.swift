public import Resilience

/// What kind of failure an HTTP status is; the one table for the gateway and the HTTP client.
public enum StatusCategory {
  /// The category of a status, or nil for one that is no failure (below 400).
  ///
  /// 401 authentication, 403 authorization, 404 and 410 notFound, 409 and 412 conflict, 408 and 504 timeout,
  /// 429 rateLimited, 502 and 503 unavailable, other 5xx server, other 4xx validation; from 600 on, which no standard
  /// knows, unknown.
  public static func category(of status: Int) -> FailureCategory? {
    switch status {
    case ..<400: nil
    case 401: .authentication
    case 403: .authorization
    case 404, 410: .notFound
    case 409, 412: .conflict
    case 408, 504: .timeout
    case 429: .rateLimited
    case 502, 503: .unavailable
    case 400..<500: .validation
    case 500..<600: .server
    default: .unknown
    }
  }
}
