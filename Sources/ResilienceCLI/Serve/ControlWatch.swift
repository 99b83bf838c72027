internal import ResilienceGateway
internal import ServiceLifecycle

/// Looks at the dependencies once a second, so that changes are noticed without anybody asking.
struct ControlWatch: Service {
  let control: GatewayControlPlane

  func run() async throws {
    await cancelWhenGracefulShutdown { await self.control.watch() }
  }
}
