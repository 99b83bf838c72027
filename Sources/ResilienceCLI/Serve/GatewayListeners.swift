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
  let onListening: @Sendable (Int) -> Void

  func run() async throws {
    for server in self.servers { try await server.start() }
    if let port = self.servers.first?.boundPort { self.onListening(port) }
    self.control.started()
    try? await gracefulShutdown()
    self.control.draining()  // not ready before anything else happens
    signal(SIGINT, SIG_DFL)  // whoever presses Ctrl-C again does not want to wait
    await withTaskGroup(of: Void.self) { group in
      for server in self.servers { group.addTask { await server.shutdown(gracePeriod: self.gracePeriod) } }
    }
  }
}
