internal import Resilience
internal import ResilienceInterfaces

extension HealthMonitor {
  /// Waits until the named components are usable: for start-up, before the first request is taken.
  ///
  /// Something else has to `run` the monitor meanwhile. Evidence of breakers does not count here, only checks.
  ///
  /// - Parameters:
  ///   - names: The components; nil is every one that is critical and has a check.
  ///   - limit: How long to wait.
  /// - Throws: `StillUnhealthy` when the time is over, with each name and its reason; `CancellationError`.
  public func waitUntilHealthy(_ names: [String]? = nil, within limit: Duration) async throws {
    let wanted =
      names ?? self.components.filter { $0.node.criticality == .critical && $0.check != nil }.map(\.node.name)
    // Listens before it looks, so that no change falls between.
    let changes = self.changes()
    guard !self.missing(of: wanted).isEmpty else { return }
    do {
      try await Timeout(limit).execute(in: Context(self.runtime)) { _ in
        for await _ in changes where self.missing(of: wanted).isEmpty { return }
        throw CancellationError()
      }
    } catch let rejection as Rejection where rejection.reason == .timeout {
      let missing = self.missing(of: wanted)
      if !missing.isEmpty { throw StillUnhealthy(within: limit, missing) }
    }
  }

  private func missing(of names: [String]) -> [StillUnhealthy.Component] {
    self.core.withLock { core in
      names.compactMap { name in
        guard let check = core.slots[name]?.machine else {
          return .init(name: name, state: .unknown, reason: "it has no check")
        }
        if check.state.isUsable { return nil }
        return .init(name: name, state: check.state, reason: check.last?.output ?? "it has not been checked yet")
      }
    }
  }
}
