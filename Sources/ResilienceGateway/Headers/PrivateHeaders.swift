internal import NIOHTTP1

/// The gateway's own fields, which nobody else may claim.
enum PrivateHeaders {
  /// What a caller claims to be; only a trusted caller's claim goes on.
  static let claims = ["X-Resilience-Tier", "X-Resilience-Role", "X-Resilience-Priority"]
  /// What the gateway says about an answer.
  static let response = ["X-Resilience-Attempts", "X-Resilience-Degraded", "X-Correlation-ID"]

  /// Removes from a request what never goes to a dependency.
  ///
  /// - Parameters:
  ///   - headers: The fields that go to the dependency.
  ///   - keepingClaims: Whether the caller may claim a tier, role or priority.
  static func remove(from headers: inout HTTPHeaders, keepingClaims: Bool = false) {
    if !keepingClaims { for name in self.claims { headers.remove(name: name) } }
    headers.remove(name: "X-Resilience-Attempts")
    headers.remove(name: "X-Resilience-Queued")
    headers.remove(name: "X-Resilience-Degraded")
  }

  /// Removes from a dependency's answer what only the gateway says, so that no answer can pass for a degraded one.
  static func remove(fromResponse headers: inout HTTPHeaders) {
    for name in self.response { headers.remove(name: name) }
  }
}
