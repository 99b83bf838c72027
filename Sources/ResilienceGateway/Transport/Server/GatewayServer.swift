public import NIOCore
public import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Resilience

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// An HTTP/1.1 server directly on SwiftNIO: parses strictly, streams both ways with back-pressure, keeps its limits.
///
/// One task per request runs the handler on the connection's event loop.
public final class GatewayServer: Sendable {
  private struct State {
    var wasStarted = false
    var channel: (any Channel)?
  }

  private let configuration: GatewayServerConfiguration
  private let group: any EventLoopGroup
  private let settings: ServerSettings
  private let connections: ServerConnections
  private let state = Lock(State())

  /// Makes a server; `start()` starts it.
  ///
  /// - Parameters:
  ///   - group: Its event loops share the connections. It must outlive the server and is not shut down by it.
  ///   - handler: Answers the requests.
  ///   - malformed: Makes the answers that the transport gives by itself; called on an event loop, must not block.
  public init(
    configuration: GatewayServerConfiguration, group: any EventLoopGroup, handler: any GatewayHandler,
    malformed: @escaping @Sendable (GatewayRejection) -> (HTTPResponseHead, ByteBuffer) = GatewayRejection.plainAnswer
  ) {
    self.configuration = configuration
    self.group = group
    self.settings = ServerSettings(configuration, handler, malformed)
    self.connections = ServerConnections(limit: configuration.maxConnections)
  }

  /// The address that the server listens on, as soon as it does.
  public var localAddress: SocketAddress? { self.state.withLock { $0.channel }?.localAddress }

  /// The port that the server listens on, as soon as it does.
  public var boundPort: Int? { self.localAddress?.port }

  /// The number of open connections.
  public var openConnections: Int { self.connections.openCount }

  /// The number of connections taken since the start.
  public var acceptedConnections: Int { self.connections.acceptedCount }

  /// Starts to listen, and returns as soon as connections are taken.
  ///
  /// - Throws: `GatewayServerError`.
  public func start() async throws {
    let isFirst = self.state.withLock { state in
      defer { state.wasStarted = true }
      return !state.wasStarted
    }
    guard isFirst else { throw GatewayServerError.wasStarted }
    let tls = try self.configuration.tls.map { try Self.context($0) }
    let bootstrap = self.bootstrap(tls)
    do {
      let channel = try await bootstrap.bind(host: self.configuration.host, port: self.configuration.port).get()
      self.state.withLock { $0.channel = channel }
    } catch {
      throw GatewayServerError.cannotListen(
        host: self.configuration.host, port: self.configuration.port,
        reason: (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)")
    }
  }

  /// Stops: takes no further connection, ends idle ones, answers the requests under way with `Connection: close`, and
  /// closes what is left after `gracePeriod`.
  public func shutdown(gracePeriod: Duration = .seconds(10)) async {
    let channel = self.state.withLock { $0.channel }
    try? await channel?.close().get()
    let emptied = self.connections.drain()
    let timer = self.group.any().scheduleTask(in: TimeAmount(gracePeriod)) { [connections] in connections.closeAll() }
    do {
      try await emptied.wait()
    } catch {
      // The caller cannot wait any longer.
      self.connections.closeAll()
    }
    timer.cancel()
  }

  private func bootstrap(_ tls: NIOSSLContext?) -> ServerBootstrap {
    let settings = self.settings
    let connections = self.connections
    let executors = LoopExecutors(self.group)
    return ServerBootstrap(group: self.group)
      .serverChannelOption(.backlog, value: Int32(clamping: self.configuration.backlog))
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // One read at a time, so that what comes beyond a body's mark is no more than one buffer.
      .childChannelOption(.maxMessagesPerRead, value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let connection = ServerConnection(settings, executors[channel.eventLoop])
          guard connections.add(connection, eventLoop: channel.eventLoop) else {
            return channel.close(promise: nil)
          }
          channel.closeFuture.assumeIsolated().whenComplete { _ in connections.remove(connection) }
          if let tls { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
          try channel.pipeline.syncOperations.addHandler(connection)
        }
      }
  }

  private static func context(_ tls: GatewayServerConfiguration.TLS) throws(GatewayServerError) -> NIOSSLContext {
    var file = tls.certificateChainFile
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(file).map { NIOSSLCertificateSource.certificate($0) }
      file = tls.privateKeyFile
      let key = try NIOSSLPrivateKey(file: file, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(key))
      configuration.applicationProtocols = ["http/1.1"]
      return try NIOSSLContext(configuration: configuration)
    } catch {
      throw .cannotUseCertificate(file: file, reason: "\(error)")
    }
  }
}
