internal import ResilienceGateway
internal import ServiceLifecycle

/// Runs healing workflows and supervised processes, and ends the processes with the program.
struct HealingService: Service {
  let healing: GatewayHealing

  func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.healing.superviseProcesses() }
        group.addTask { await cancelWhenGracefulShutdown { await self.healing.runWorkflows() } }
        await group.waitForAll()
      }
    } onGracefulShutdown: {
      self.healing.stopProcesses()
    }
  }
}
