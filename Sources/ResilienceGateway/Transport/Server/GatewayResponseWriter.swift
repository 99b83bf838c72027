public import NIOCore
public import NIOHTTP1

/// Writes the answer to one request.
///
/// The transport does the framing and everything about the connection.
///
/// Of the head's fields, `Connection`, `Keep-Alive`, `Proxy-Connection` and `Transfer-Encoding` are dropped. With a
/// `Content-Length` exactly that many bytes must follow; without one the body goes in chunks. What follows the head of
/// an answer that has no body (to `HEAD`, 204, 304) is dropped. Call it from one task at a time.
public final class GatewayResponseWriter: Sendable {
  private let eventLoop: any EventLoop
  private let connection: NIOLoopBound<ServerConnection>
  private let exchange: NIOLoopBound<ServerExchange>
  private let started: StartedFlag

  init(_ connection: ServerConnection, _ exchange: ServerExchange, eventLoop: any EventLoop) {
    self.eventLoop = eventLoop
    self.connection = NIOLoopBound(connection, eventLoop: eventLoop)
    self.exchange = NIOLoopBound(exchange, eventLoop: eventLoop)
    self.started = exchange.started
  }

  /// Whether the head was written: from then on the answer can no longer be replaced by another one.
  public var hasStarted: Bool { self.started.isSet }

  /// The status of the head that was written; nil before.
  var status: Int? { self.started.status }

  /// Writes the head.
  ///
  /// It leaves with the first part, or at once if none comes directly after it.
  ///
  /// - Throws: `GatewayResponseError`.
  public func writeHead(_ head: HTTPResponseHead) async throws {
    try await self.onLoop { connection, exchange in try connection.writeHead(head, of: exchange) }
  }

  /// Writes a part of the body and waits until the connection takes more (back-pressure).
  ///
  /// - Throws: `GatewayResponseError`, or `CancellationError` when the task was cancelled.
  public func write(_ part: ByteBuffer) async throws {
    let waiter = try await self.onLoop { connection, exchange in try connection.write(part, of: exchange) }
    if let waiter { try await waiter.wait() }
  }

  /// Writes a part of the body as `write` does, but waits for the client only for so long.
  ///
  /// - Throws: `GatewayResponseError`, `clientTooSlow` among them; `CancellationError` when the task was cancelled.
  func write(_ part: ByteBuffer, waitingAtMost limit: TimeAmount) async throws {
    let waiter = try await self.onLoop { connection, exchange in try connection.write(part, of: exchange) }
    guard let waiter else { return }
    let alarm = self.eventLoop.scheduleTask(in: limit) {
      _ = waiter.resolve(.failure(GatewayResponseError.clientTooSlow))
    }
    defer { alarm.cancel() }
    try await waiter.wait()
  }

  /// Does something on the connection's event loop after a while, unless it is cancelled before.
  func schedule(in time: TimeAmount, _ action: @escaping @Sendable () -> Void) -> Scheduled<Void> {
    self.eventLoop.scheduleTask(in: time, action)
  }

  /// Ends the answer.
  ///
  /// `trailers` are sent after a body in chunks and dropped after any other.
  ///
  /// - Throws: `GatewayResponseError`.
  public func finish(_ trailers: HTTPHeaders? = nil) async throws {
    try await self.onLoop { connection, exchange in try connection.finish(trailers, of: exchange) }
  }

  /// Writes a whole answer in one go; for small ones that are in memory.
  ///
  /// Sets `Content-Length` if it is not there.
  ///
  /// - Throws: `GatewayResponseError`.
  public func respond(_ head: HTTPResponseHead, body: ByteBuffer = ByteBuffer()) async throws {
    try await self.onLoop { connection, exchange in try connection.respond(head, body, of: exchange) }
  }

  /// Closes the connection at once, without an answer or in the middle of one; the client sees a broken connection.
  public func abort() async {
    try? await self.onLoop { connection, exchange in connection.abort(exchange) }
  }

  private func onLoop<Result: Sendable>(
    _ body: @escaping @Sendable (ServerConnection, ServerExchange) throws -> Result
  ) async throws -> Result {
    if self.eventLoop.inEventLoop { return try body(self.connection.value, self.exchange.value) }
    return try await self.eventLoop.submit { try body(self.connection.value, self.exchange.value) }.get()
  }
}
