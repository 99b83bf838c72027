/// Brings requests to a collector; over whatever HTTP client the program has.
public protocol OTLPTransport: Sendable {
  /// Sends one request: `POST` of `body` as `application/json` to the collector's `path`.
  ///
  /// - Returns: The collector's answer, whatever its status.
  /// - Throws: Why there is no answer, best as a `CategorizedError`.
  func post(path: String, body: [UInt8]) async throws -> OTLPAnswer
}
