internal import NIOHTTP1

/// The request fields that an answer depends on, with their values.
struct VariedHeaders: Equatable, Sendable, Codable {
  private let values: [String: String]

  /// Nil where the answer depends on more than can be compared: `Vary: *`, or a field that the gateway itself writes,
  /// so that the caller's request does not show it.
  init?(_ response: HTTPHeaders, request: HTTPHeaders) {
    var values: [String: String] = [:]
    for name in Self.implied { values[name] = Self.normalised(request[name]) }
    for member in response["Vary"].flatMap(\.listMembers) {
      let name = member.lowercased()
      guard name.utf8.allSatisfy(ASCII.isToken), name != "*", !Self.isOurs(name) else { return nil }
      values[name] = Self.normalised(request[name])
    }
    self.values = values
  }

  /// Whether a request has the same values.
  func match(_ request: HTTPHeaders) -> Bool {
    self.values.allSatisfy { Self.normalised(request[$0.key]) == $0.value }
  }

  /// What they weigh in memory.
  var bytes: Int { self.values.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count } }

  /// What answers are often built from without `Vary` saying so (absolute links): otherwise a caller with a `Host` of
  /// its own could put links to itself into everybody's answers.
  private static let implied = [
    "host", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-prefix", "x-original-url",
    "x-rewrite-url",
  ]

  private static func isOurs(_ name: String) -> Bool {
    name == "x-forwarded-for" || name == "forwarded" || name == "via" || name == "x-real-ip"
      || name == "grpc-timeout" || name == "traceparent" || name == "tracestate" || name == "x-correlation-id"
      || name.hasPrefix("x-resilience-")
  }

  /// Several lines of a field mean the same as one list, and blanks around its members nothing (RFC 9111 §4.1).
  ///
  /// A missing field differs from an empty one.
  private static func normalised(_ values: [String]) -> String {
    values.isEmpty ? "" : "=" + values.flatMap(\.listMembers).joined(separator: ",")
  }
}
