/// What becomes of a running configuration when a new one is read: what is put in force, and what waits for a restart.
///
/// A value: compares two configurations, changes nothing. A change that needs a restart does not hold the rest up: a
/// time-out that somebody shortens during an outage must not wait because a port changed in the same file.
public struct ReloadPlan: Sendable, Equatable {
  /// The new configuration as far as it can be put in force now.
  public let configuration: ServiceConfiguration
  /// What that changes, by setting.
  public let changes: [SettingChange]
  /// What waits for a restart, by setting; empty where the new configuration is wholly in force.
  public let pending: [SettingChange]
  /// Names of dependencies that there were not before.
  public let added: [String]
  /// Names of dependencies that there are no longer.
  public let removed: [String]

  /// Whether nothing is to be done.
  public var isEmpty: Bool { self.changes.isEmpty && self.added.isEmpty && self.removed.isEmpty }

  /// Compares.
  ///
  /// - Parameters:
  ///   - running: What is in force.
  ///   - wanted: What was read.
  ///   - examples: The built-in upstreams that were started with the program; others cannot be called before a restart.
  public init(from running: ServiceConfiguration, to wanted: ServiceConfiguration, examples: Set<String> = []) {
    var next = wanted
    next.service = running.service
    next.errors = running.errors
    next.operations = running.operations
    next.storage = running.storage
    next.sessions = running.sessions
    next.notices.webhooks = running.notices.webhooks
    next.telemetry = running.telemetry
    next.gateway.listen = running.gateway.listen
    next.gateway.limits = running.gateway.limits
    next.gateway.tls = running.gateway.tls
    next.gateway.shutdownGracePeriod = running.gateway.shutdownGracePeriod
    next.dependencies = wanted.dependencies.compactMap { dependency in
      var dependency = dependency
      let former = running.dependency(named: dependency.name)
      dependency.listen = former?.listen
      if case .example(let name) = dependency.url, !examples.contains(name) {
        guard let former else { return nil }
        dependency.url = former.url
      }
      return dependency
    }
    let names = Set(next.names)
    for index in next.dependencies.indices {
      next.dependencies[index].dependsOn.removeAll { !names.contains($0) }
    }
    for index in next.watched.indices { next.watched[index].dependsOn.removeAll { !names.contains($0) } }
    let before = Set(running.names)
    self.configuration = next
    self.changes = SettingChange.between(running, next)
    self.pending = SettingChange.between(next, wanted)
    self.added = next.names.filter { !before.contains($0) }
    self.removed = running.names.filter { !names.contains($0) }
  }
}
