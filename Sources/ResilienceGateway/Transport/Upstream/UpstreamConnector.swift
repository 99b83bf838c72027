internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Opens connections to upstreams.
struct UpstreamConnector: Sendable {
  let limits: HeadLimits
  let tls: UpstreamTLS
  let count: ConnectionCount

  /// Opens a connection on the pool's event loop.
  ///
  /// Its place was reserved before and is released when it ends.
  func connect(
    _ origin: UpstreamOrigin, _ timeout: Duration, _ pool: NIOLoopBoundBox<UpstreamPool>
  ) async throws -> NIOLoopBound<UpstreamConnection> {
    let deadline = NIODeadline.now() + TimeAmount(timeout)
    let opened = Waiter<NIOLoopBound<UpstreamConnection>>()
    self.channel(origin, TimeAmount(timeout), pool).whenComplete { result in
      switch result {
      case .success(let connection):
        self.await(connection, until: deadline, opened, pool)
      case .failure(let error):
        self.count.release(origin)
        opened.resolve(.failure(Self.failure(error, origin)))
      }
    }
    return try await opened.wait()
  }

  private func channel(
    _ origin: UpstreamOrigin, _ timeout: TimeAmount, _ pool: NIOLoopBoundBox<UpstreamPool>
  ) -> EventLoopFuture<NIOLoopBound<UpstreamConnection>> {
    let (limits, tls) = (self.limits, self.tls)
    let bootstrap = ClientBootstrap(group: pool.eventLoop)
      .connectTimeout(timeout)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .channelOption(.maxMessagesPerRead, value: 1)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if origin.scheme == .https { try tls.addHandler(to: channel, origin) }
          try channel.pipeline.syncOperations.addHandler(UpstreamConnection(origin, limits))
        }
      }
    let channel =
      if let address = try? SocketAddress(ipAddress: origin.host, port: origin.port) {
        bootstrap.connect(to: address)
      } else {
        bootstrap.connect(host: origin.host, port: origin.port)
      }
    return channel.flatMapThrowing { channel in
      let connection = try channel.pipeline.syncOperations.handler(type: UpstreamConnection.self)
      return NIOLoopBound(connection, eventLoop: channel.eventLoop)
    }
  }

  /// Waits for the handshake, on the event loop.
  private func await(
    _ bound: NIOLoopBound<UpstreamConnection>, until deadline: NIODeadline,
    _ opened: Waiter<NIOLoopBound<UpstreamConnection>>, _ pool: NIOLoopBoundBox<UpstreamPool>
  ) {
    let connection = bound.value
    let (count, origin) = (self.count, connection.origin)
    connection.onClose = {
      count.release(origin)
      pool.value.forget(connection)
    }
    // It may have ended before anybody listened.
    if connection.phase == .closed { connection.onClose.take()?() }
    let timer = bound.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
      guard connection.phase == .connecting else { return }
      connection.brokenBy = HandshakeTimeout()
      connection.close()
    }
    connection.onReady { result in
      timer.cancel()
      let isWanted = opened.resolve(result.map { bound })
      // The caller gave up while it was connecting: the next one can have it.
      if !isWanted, case .success = result { pool.value.put(connection) }
    }
  }

  private static func failure(_ error: any Error, _ origin: UpstreamOrigin) -> UpstreamFailure {
    let kind: UpstreamFailure.Kind
    switch error {
    case let error as NIOConnectionError:
      kind = error.connectionErrors.isEmpty ? .resolution : self.kind(error.connectionErrors.map { $0.error })
    case is SocketAddressError: kind = .resolution
    // The handshake had failed, and emptied the pipeline, before anybody could look into it.
    case is ChannelPipelineError: kind = origin.scheme == .https ? .tls : .closedEarly
    case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError: kind = .tls
    default: kind = self.kind([error])
    }
    return UpstreamFailure(stage: .neverSent, kind: kind, reason: "\(origin.authority): \(error)")
  }

  private static func kind(_ errors: [any Error]) -> UpstreamFailure.Kind {
    let isTimeout = errors.contains { error in
      if case ChannelError.connectTimeout = error { true } else { false }
    }
    return isTimeout ? .connectTimeout : .connectRefused
  }
}
