internal import ResilienceHealth
internal import ServiceLifecycle

/// Waits at the start until every critical dependency with a check is usable.
struct HealthyStart: Sendable {
  let monitor: HealthMonitor
  let limit: Duration

  /// Waits.
  ///
  /// - Returns: Whether to go on; false where the program is asked to end meanwhile.
  /// - Throws: `StillUnhealthy` when the time is over.
  func wait() async throws -> Bool {
    Announcement.print("waiting:  up to \(self.limit) for critical dependencies to be healthy")
    do {
      try await cancelWhenGracefulShutdown { try await self.monitor.waitUntilHealthy(within: self.limit) }
      return true
    } catch is CancellationError {
      return false
    }
  }
}
