/// What an HTTP method promises (RFC 9110 §9.2); methods are case-sensitive, an unknown one promises nothing.
public enum HTTPMethodSemantics {
  /// Whether sending the request twice means the same as once: GET, HEAD, OPTIONS, TRACE, QUERY, PUT, DELETE.
  ///
  /// Such a request may be sent again when nobody knows whether the first one arrived.
  public static func isIdempotent(_ method: String) -> Bool {
    Self.isSafe(method) || method == "PUT" || method == "DELETE"
  }

  /// Whether the request asks for nothing to be changed: GET, HEAD, OPTIONS, TRACE, QUERY.
  public static func isSafe(_ method: String) -> Bool {
    switch method {
    case "GET", "HEAD", "OPTIONS", "TRACE", "QUERY": true
    default: false
    }
  }
}
