internal import ResilienceGateway
internal import ServiceLifecycle

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Runs the gateway's ports, and drains them at shut-down.
struct GatewayListeners: Service {
  let servers: [GatewayServer]
  let control: GatewayControlPlane
  let gracePeriod: Duration
  /// What is waited for before the ports are taken; nil: they were taken before anything ran.
  let startUp: HealthyStart?
  let onListening: @Sendable (Int) -> Void

  /// Takes the ports, before any service runs.
  ///
  /// Failing among running services would cancel the operations server, which holds a lock of swift-async-algorithms'
  /// `merge` over a change of executors while it starts: a cancellation in that moment never ends.
  func listen() async throws {
    for server in self.servers { try await server.start() }
  }

  func run() async throws {
    if let startUp {
      guard try await startUp.wait() else { return }
      try await self.listen()
    }
    if let port = self.servers.first?.boundPort { self.onListening(port) }
    self.control.started()
    try? await gracefulShutdown()
    signal(SIGINT, SIG_DFL)  // whoever presses Ctrl-C again does not want to wait
    self.control.draining()  // not ready before anything else happens
    await withTaskGroup(of: Void.self) { group in
      for server in self.servers { group.addTask { await server.shutdown(gracePeriod: self.gracePeriod) } }
    }
  }
}
