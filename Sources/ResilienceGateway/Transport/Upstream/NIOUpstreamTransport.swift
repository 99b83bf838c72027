public import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Resilience

/// Talks HTTP/1.1 to upstreams directly on SwiftNIO, and keeps connections for the next request.
///
/// Each event loop has a pool of its own; a request from a task that runs on one of them stays there. Settings of TLS
/// hold for all origins of one transport: upstreams with authorities or certificates of their own need their own one.
public final class NIOUpstreamTransport: UpstreamTransport {
  private let group: any EventLoopGroup
  private let pools: [ObjectIdentifier: NIOLoopBoundBox<UpstreamPool>]
  private let anyPool: NIOLoopBoundBox<UpstreamPool>
  private let connector: UpstreamConnector
  private let isShutDown = Lock(false)

  /// Makes a transport on a group's event loops.
  ///
  /// The group must outlive it and is not shut down by it.
  ///
  /// - Throws: `UpstreamConfigurationError` when a file for TLS cannot be used.
  public init(
    configuration: UpstreamConfiguration = UpstreamConfiguration(), group: any EventLoopGroup
  ) throws(UpstreamConfigurationError) {
    self.group = group
    self.connector = UpstreamConnector(
      limits: HeadLimits(maxBytes: configuration.maxHeadBytes, maxFields: configuration.maxHeaderCount),
      tls: try UpstreamTLS(configuration.tls),
      count: ConnectionCount(limit: configuration.maxConnectionsPerOrigin))
    var pools: [ObjectIdentifier: NIOLoopBoundBox<UpstreamPool>] = [:]
    for loop in group.makeIterator() { pools[ObjectIdentifier(loop)] = Self.pool(configuration, loop) }
    self.pools = pools
    let loop = group.any()
    self.anyPool = pools[ObjectIdentifier(loop)] ?? Self.pool(configuration, loop)
  }

  /// The number of connections to an origin, with work or without.
  public func openConnections(to origin: UpstreamOrigin) -> Int { self.connector.count.count(origin) }

  /// Sends a request on a connection of the calling task's event loop if there is one; see `UpstreamTransport`.
  ///
  /// A connection that had ended while it waited in its pool is replaced without the caller noticing, as long as
  /// nothing was sent on it.
  public func exchange<Result>(
    _ request: UpstreamRequest, _ body: (UpstreamResponse) async throws -> Result
  ) async throws -> Result {
    let head = try RequestHead.bytes(request, allocator: ByteBufferAllocator())
    while true {
      try Task.checkCancellation()
      let lease = try await self.lease(request)
      defer { lease.finish() }
      lease.start(request, head)
      if case .stream(let next, let knownLength) = request.body {
        let sender = RequestSender(lease: lease, next: next, knownLength: knownLength)
        return try await self.exchange(sender, body)
      }
      // A connection that had ended unnoticed while it waited: nothing was sent, so another one is as good.
      guard let response = try await self.answer(lease) else { continue }
      return try await body(response)
    }
  }

  /// The answer, or `nil` if the reused connection turned out to have ended before.
  private func answer(_ lease: UpstreamLease) async throws -> UpstreamResponse? {
    do {
      return try await lease.head.wait()
    } catch let failure as UpstreamFailure where failure.stage == .neverSent && lease.isReused {
      return nil
    }
  }

  private func exchange<Result>(
    _ sender: RequestSender, _ body: (UpstreamResponse) async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await sender.run() }
      let response = try await sender.lease.head.wait()
      // What is no success will not be changed by the rest of the request.
      if response.head.status.code >= 300 { group.cancelAll() }
      let result = try await body(response)
      group.cancelAll()
      return result
    }
  }

  /// Closes the connections to an origin: those without work now, the others after their exchange.
  ///
  /// - Returns: How many were closed at once.
  public func recycle(_ origin: UpstreamOrigin) async -> Int {
    var closed = 0
    for pool in self.pools.values {
      closed += (try? await pool.eventLoop.submit { pool.value.recycle(origin) }.get()) ?? 0
    }
    return closed
  }

  /// Closes every connection without work, lets the others end with their exchange, and refuses new exchanges.
  public func shutdown() async {
    self.isShutDown.withLock { $0 = true }
    for pool in self.pools.values {
      try? await pool.eventLoop.submit { pool.value.shutDown() }.get()
    }
  }

  // MARK: - connections

  private static func pool(
    _ configuration: UpstreamConfiguration, _ loop: any EventLoop
  ) -> NIOLoopBoundBox<UpstreamPool> {
    NIOLoopBoundBox.makeBoxSendingValue(UpstreamPool(configuration, eventLoop: loop), eventLoop: loop)
  }

  private func lease(_ request: UpstreamRequest) async throws -> UpstreamLease {
    guard !self.isShutDown.withLock({ $0 }) else {
      throw UpstreamFailure(stage: .neverSent, kind: .shutDown, reason: "the transport was shut down")
    }
    let origin = request.origin
    let pool = self.nearestPool()
    if let connection = try await Self.take(origin, pool) {
      return UpstreamLease(connection: connection, pool: pool, isReused: true)
    }
    if self.connector.count.reserve(origin) {
      let connection = try await self.connector.connect(origin, request.connectTimeout, pool)
      return UpstreamLease(connection: connection, pool: pool, isReused: false)
    }
    for other in self.pools.values where other.eventLoop !== pool.eventLoop {
      if let connection = try await Self.take(origin, other) {
        return UpstreamLease(connection: connection, pool: other, isReused: true)
      }
    }
    throw UpstreamFailure(
      stage: .neverSent, kind: .connectionLimit,
      reason: "\(origin.authority): as many connections as allowed are busy; raise maxConnectionsPerOrigin or put a "
        + "bulkhead with fewer places in front")
  }

  /// The pool of the event loop that the calling task runs on, if it runs on one.
  private func nearestPool() -> NIOLoopBoundBox<UpstreamPool> {
    if let loop = MultiThreadedEventLoopGroup.currentEventLoop, let pool = self.pools[ObjectIdentifier(loop)] {
      return pool
    }
    return self.pools[ObjectIdentifier(self.group.next())] ?? self.anyPool
  }

  private static func take(
    _ origin: UpstreamOrigin, _ pool: NIOLoopBoundBox<UpstreamPool>
  ) async throws -> NIOLoopBound<UpstreamConnection>? {
    let loop = pool.eventLoop
    if loop.inEventLoop { return pool.value.take(origin).map { NIOLoopBound($0, eventLoop: loop) } }
    return try await loop.submit { pool.value.take(origin).map { NIOLoopBound($0, eventLoop: loop) } }.get()
  }
}
