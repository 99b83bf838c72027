internal import NIOCore
internal import NIOHTTP1

/// One connection for the time of one exchange, usable from any thread.
struct UpstreamLease: Sendable {
  let connection: NIOLoopBound<UpstreamConnection>
  let pool: NIOLoopBoundBox<UpstreamPool>
  let isReused: Bool
  let head = Waiter<UpstreamResponse>()

  /// Sends a head and, if it is at hand, the body.
  ///
  /// What goes wrong comes out of `head`.
  func start(_ request: UpstreamRequest, _ bytes: ByteBuffer) {
    let body: ByteBuffer? = if case .bytes(let body) = request.body { body } else { nil }
    let isComplete = if case .stream = request.body { false } else { true }
    let isHead = request.method == .HEAD
    let (head, isReused) = (self.head, self.isReused)
    self.connection.onLoop { connection in
      let exchange = UpstreamExchange(isHead: isHead, isReused: isReused, head: head)
      connection.start(exchange, bytes, body, isComplete: isComplete)
    }
  }

  func write(_ part: ByteBuffer, inChunks: Bool) async throws {
    let waiter: Waiter<Void>?
    if self.connection.eventLoop.inEventLoop {
      waiter = try self.connection.value.write(part, inChunks: inChunks)
    } else {
      let connection = self.connection
      waiter = try await connection.eventLoop.submit { try connection.value.write(part, inChunks: inChunks) }.get()
    }
    try await waiter?.wait()
  }

  func finishRequest(inChunks: Bool) { self.connection.onLoop { $0.finishRequest(inChunks: inChunks) } }

  /// Ends the exchange with an error that has its cause on the caller's side.
  func abandon(_ error: any Error) { self.connection.onLoop { $0.abandon(error) } }

  /// Gives the connection back, or closes it if it cannot serve another request.
  func finish() {
    let pool = self.pool
    self.connection.onLoop { connection in if connection.finish() { pool.value.put(connection) } }
  }
}
