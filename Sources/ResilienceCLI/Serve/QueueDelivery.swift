internal import ResilienceGateway
internal import ServiceLifecycle

/// Delivers kept requests until the program stops; what is under way then has the grace period to come to its end.
struct QueueDelivery: Service {
  let queues: GatewayQueues
  let table: DependencyTable
  let gracePeriod: Duration

  func run() async throws {
    await cancelWhenGracefulShutdown { await self.queues.run(self.table, gracePeriod: self.gracePeriod) }
  }
}
