/// Sends requests to upstreams: the narrow interface between the transport and everything above it.
public protocol UpstreamTransport: Sendable {
  /// Sends a request and gives its answer to `body` as soon as the answer's head is there.
  ///
  /// The connection is the exchange's own until `body` returns or throws; then it goes back to its pool, or is closed
  /// if it cannot serve another request. Cancelling the task closes the connection. There is no time limit beyond
  /// connecting: put a policy around it.
  ///
  /// - Throws: `UpstreamFailure`, `CancellationError`, what the request's stream throws, what `body` throws.
  func exchange<Result>(
    _ request: UpstreamRequest, _ body: (UpstreamResponse) async throws -> Result
  ) async throws -> Result
}
