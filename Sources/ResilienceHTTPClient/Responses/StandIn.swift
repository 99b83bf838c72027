internal import HTTPTypes
internal import Resilience

enum HTTPMethodSemantics {
  static func isIdempotent(_ method: String) -> Bool {
    ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY"].contains(method)
  }
}

enum StatusCategory {
  static func category(of status: Int) -> FailureCategory? {
    switch status {
    case 401: .authentication
    case 403: .authorization
    case 404, 410: .notFound
    case 409, 412: .conflict
    case 408, 504: .timeout
    case 429: .rateLimited
    case 502, 503: .unavailable
    case 500...: .server
    case 400...: .validation
    default: nil
    }
  }
}

extension HTTPResponse {
  var retryAfter: Duration? {
    self.headerFields[.retryAfter].flatMap { Int64($0) }.map { .seconds($0) }
  }
}
