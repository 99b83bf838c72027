internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
public import Logging
internal import NIOCore
internal import NIOPosix
public import ResilienceInterfaces
public import ServiceLifecycle

/// Serves health, metrics, the operations API and the console, on a port and a thread of its own.
///
/// It answers while the data plane's threads are busy, because everything that it does, including the control plane's
/// reads, runs on its own thread. Put it first in a service group: services stop in reverse order, so it can be asked
/// about a shutdown until the end.
public struct OperationsServer: Service {
  private let configuration: OperationsConfiguration
  private let responder: OperationsResponder
  private let logger: Logger
  private let bodyLimit: Duration
  private let onListening: @Sendable (Int) -> Void

  /// Makes a server that does not listen yet.
  ///
  /// - Parameters:
  ///   - configuration: where to listen and who may use it.
  ///   - plane: what to show and change.
  ///   - sessions: the sessions that are kept for services; nil: none.
  ///   - logger: for what happens in the server itself.
  ///   - onListening: told the bound port, once requests are accepted.
  public init(
    configuration: OperationsConfiguration, plane: any ControlPlane, sessions: OperationsSessions? = nil,
    logger: Logger, onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
  ) throws(InvalidOperationsConfiguration) {
    try self.init(
      configuration: configuration, plane: plane, sessions: sessions, logger: logger, clock: .live,
      onListening: onListening)
  }

  init(
    configuration: OperationsConfiguration, plane: any ControlPlane, sessions: OperationsSessions? = nil,
    logger: Logger, clock: OperationsClock, bodyLimit: Duration = .seconds(10),
    onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in }
  ) throws(InvalidOperationsConfiguration) {
    try configuration.validate()
    self.configuration = configuration
    self.responder = OperationsResponder(
      configuration: configuration, plane: plane, sessions: sessions, logger: logger, clock: clock)
    self.logger = logger
    self.bodyLimit = bodyLimit
    self.onListening = onListening
  }

  /// Listens and answers until graceful shutdown or cancellation; open event streams end with it.
  public func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let result: Result<Void, any Error>
    do {
      try await withTaskExecutorPreference(EventLoopTaskExecutor(group.any())) {
        try await self.application(on: group).run()
      }
      result = .success(())
    } catch let error as IOError {
      result = .failure(self.listenFailure(error))
    } catch {
      result = .failure(error)
    }
    try? await group.shutdownGracefully()
    try result.get()
  }

  private func listenFailure(_ error: IOError) -> any Error {
    switch error.errnoCode {
    case EADDRINUSE, EADDRNOTAVAIL, EACCES:
      OperationsListenFailure(
        address: "\(self.configuration.host):\(self.configuration.port)",
        cause: String(cString: strerror(error.errnoCode)))
    default: error
    }
  }

  func application(on group: any EventLoopGroup) -> some ApplicationProtocol {
    Application(
      responder: self.responder,
      // Idle and half-sent connections and late bodies are ended: slow senders can neither use up the descriptors nor
      // hold up a shutdown.
      server: .http1(
        configuration: .init(
          additionalChannelHandlers: [
            BodyDeadline(limit: TimeAmount(self.bodyLimit), codePrefix: self.configuration.codePrefix)
          ],
          idleTimeout: .seconds(30),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))),
      configuration: .init(
        address: .hostname(self.configuration.host, port: self.configuration.port),
        availableConnectionsDelegate: MaximumAvailableConnections(512, logger: self.logger)),
      onServerRunning: { [onListening] channel in onListening(channel.localAddress?.port ?? 0) },
      eventLoopGroupProvider: .shared(group),
      logger: self.logger)
  }
}
