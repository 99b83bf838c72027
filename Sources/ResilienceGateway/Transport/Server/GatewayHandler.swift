/// Answers requests: the narrow interface between the transport and everything above it.
public protocol GatewayHandler: Sendable {
  /// Answers one request.
  ///
  /// Runs as a task of its own on the connection's event loop, so it must not block its thread. The task is cancelled
  /// when the client goes away. The connection's next request waits until this returns. If it returns without an
  /// answer the client gets a 500 (or the 4xx that fits what went wrong with the body); if it returns in the middle of
  /// an answer the connection is closed, so that the client sees that the answer is not whole.
  func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async
}
