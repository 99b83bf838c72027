internal import ResilienceGateway
internal import ServiceLifecycle

/// Makes the health checks until the program ends.
struct HealthService: Service {
  let health: GatewayHealth

  func run() async throws {
    await cancelWhenGracefulShutdown { await self.health.run() }
  }
}
