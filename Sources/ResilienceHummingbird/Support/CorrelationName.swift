internal import HTTPTypes

/// Finds or makes the id that ties a request, its answer, its log lines and its audit together.
enum CorrelationName {
  static let header = "X-Correlation-ID"

  /// The id that the request brings along, if it is harmless, else a new one.
  static func of(_ headers: HTTPFields) -> String {
    if let name = HTTPField.Name(self.header), let given = headers[name], self.isHarmless(given) { return given }
    if let name = HTTPField.Name("traceparent"), let trace = headers[name].flatMap(self.traceID) { return trace }
    var random = SystemRandomNumberGenerator()
    return SecretText.hex(random.next()) + SecretText.hex(random.next())
  }

  private static func isHarmless(_ text: String) -> Bool {
    (1...128).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "-_.:".utf8.contains($0)
      }
  }

  private static func traceID(_ traceparent: String) -> String? {
    let parts = traceparent.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[1].utf8.count == 32, parts[1].contains(where: { $0 != "0" }),
      parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    return String(parts[1])
  }
}
