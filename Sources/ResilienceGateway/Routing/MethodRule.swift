internal import NIOHTTP1
internal import ResilienceInterfaces

/// Which methods the gateway takes, and what they promise.
///
/// Every other token passes as it is (WebDAV has its own methods): what we do not know promises nothing and is never
/// repeated.
enum MethodRule {
  /// The value of `Allow` in an answer 405.
  static let allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
  /// The longest method that is taken, in bytes.
  static let maxLength = 32

  /// Refuses what is no method, and the two that a gateway must not carry: TRACE shows a caller the fields that we
  /// add, CONNECT would make a tunnel.
  static func check(_ method: HTTPMethod) throws(MethodProblem) {
    let name = method.rawValue
    guard !name.isEmpty, name.utf8.count <= Self.maxLength, name.utf8.allSatisfy(ASCII.isToken) else {
      throw MethodProblem(status: 400, detail: "The method is no token of at most 32 characters.", allow: nil)
    }
    guard !name.isEqualIgnoringCase("trace"), !name.isEqualIgnoringCase("connect") else {
      throw MethodProblem(
        status: 405, detail: "This gateway carries neither TRACE nor CONNECT.", allow: Self.allowed)
    }
  }

  /// Whether the request may be sent twice.
  static func isIdempotent(_ method: HTTPMethod) -> Bool { HTTPMethodSemantics.isIdempotent(method.rawValue) }

  /// Whether the request changes nothing.
  static func isSafe(_ method: HTTPMethod) -> Bool { HTTPMethodSemantics.isSafe(method.rawValue) }
}
