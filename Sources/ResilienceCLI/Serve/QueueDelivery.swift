internal import ResilienceGateway
internal import ServiceLifecycle

/// Delivers kept requests until the program stops; what is under way then is delivered after the next start.
struct QueueDelivery: Service {
  let queues: GatewayQueues
  let table: DependencyTable

  func run() async throws {
    await cancelWhenGracefulShutdown { await self.queues.run(self.table) }
  }
}
