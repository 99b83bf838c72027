internal import Resilience
internal import ResilienceGateway
internal import ResilienceInterfaces
internal import ServiceLifecycle

/// Shares the breakers of this instance with the others of the service, those of a reloaded configuration too.
struct BreakerSharing: Service {
  let sharer: SharedCircuitBreakers
  let table: DependencyTable

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.sharer.run() }
        repeat { self.sharer.share(self.table.breakers) } while (try? await Runtime.live.sleep(for: .seconds(1))) != nil
        group.cancelAll()
      }
    }
  }
}
