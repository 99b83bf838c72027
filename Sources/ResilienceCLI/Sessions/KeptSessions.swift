internal import Foundation
internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceHummingbird
internal import ResilienceIdentity
internal import ResilienceInterfaces
internal import ResilienceSessions
internal import ResilienceTelemetry
internal import ServiceLifecycle

/// The sessions that a configuration describes: carried over after outages and cleaned while the program runs.
struct KeptSessions: Service {
  /// What the operations server serves.
  let served: OperationsSessions
  private let manager: SessionManager
  private let stores: SessionStores
  private let cleanInterval: Duration

  /// Opens the stores; nil where no sessions are kept.
  ///
  /// - Throws: `StartFailure` that says which setting cannot be used, and what to do.
  static func open(
    _ configuration: ServiceConfiguration, audit: any ControlStore, observer: any Observer, feed: ControlEventFeed,
    registry: MetricRegistry, environment: [String: String] = ProcessInfo.processInfo.environment, log: Logger
  ) async throws -> KeptSessions? {
    let settings = configuration.sessions
    guard settings.isEnabled else { return nil }
    let metrics = try SessionMetrics(service: configuration.service, in: registry)
    let stores = try await SessionStores.open(
      settings, service: configuration.service, environment: environment, log: log)
    if settings.fallback == .memory, settings.store != .storage(.memory) {
      log.warning(
        """
        sessions.fallback: with memory: what is written while the store is away is lost if this process ends; use \
        sqlite:FILE
        """)
    }
    let events = SessionEventLog { entry in Self.tell(entry, feed, log) }
    do {
      let manager = try SessionManager(
        primary: stores.primary, fallback: stores.fallback, Self.configuration(settings), observer: observer,
        told: { events.record($0) }, noted: { metrics.count($0) })
      registry.beforeEachReading { metrics.look(at: manager) }
      let admission = try settings.identityProvider.map { try Self.admission($0, observer) }
      return KeptSessions(
        served: OperationsSessions(manager, log: events, audit: audit, admission: admission), manager: manager,
        stores: stores, cleanInterval: settings.cleanInterval)
    } catch let error as InvalidConfiguration {
      throw StartFailure("sessions: \(error)")
    }
  }

  /// Carries over what waits, and removes what has expired, until the program stops.
  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.manager.run() }
        group.addTask {
          // The keys of a whole table would be read for what DynamoDB does by itself.
          guard !self.stores.cleansItself else { return }
          while (try? await Runtime.live.sleep(for: self.cleanInterval)) != nil {
            // A store that is away has been told of already, and is cleaned the next time.
            _ = try? await self.manager.cleanUpExpired()
          }
        }
        await group.waitForAll()
      }
    }
  }

  /// Ends connections, when what is under way is done.
  func close() async { await self.stores.close() }

  private static func configuration(_ settings: SessionsConfiguration) -> SessionManager.Configuration {
    var breaker = CircuitBreaker.Configuration.sessionStore
    breaker.consecutiveFailures = settings.consecutiveFailures
    breaker.openDuration = settings.openDuration
    return SessionManager.Configuration(
      prefix: settings.prefix, lifetime: settings.lifetime, maxStateBytes: settings.maxStateBytes,
      maxAttributes: settings.maxAttributes, maxWait: settings.maxWait, maxQueue: settings.maxQueue,
      operationTimeout: settings.operationTimeout, retry: .init(maxAttempts: settings.maxAttempts),
      circuitBreaker: breaker, slowOperation: settings.slowOperation, maxJournalled: settings.maxJournalled,
      maxRemembered: settings.maxRemembered, reconcileInterval: settings.reconcileInterval)
  }

  private static func admission(
    _ settings: SessionIdentityConfiguration, _ observer: any Observer
  ) throws -> OperationsSessions.Admission {
    let breaker = CircuitBreaker(
      "identity-provider",
      CircuitBreaker.Configuration(
        consecutiveFailures: settings.consecutiveFailures, openDuration: settings.openDuration, successThreshold: 1),
      observer: observer)
    let provider = try IdentityProvider(
      IdentityProviderConfiguration(
        issuer: settings.issuer, keysURL: settings.keysURL?.description, audience: settings.audience ?? "",
        roleClaim: settings.roleClaim, keyLifetime: settings.keyLifetime, timeout: settings.timeout), under: breaker)
    // Asked once, and not under the breaker: whose key is known needs no answer of the provider.
    let roles = RoleAdmission(privileged: Set(settings.privileged), under: Retry(maxAttempts: 1))
    return { role, token in
      try await roles.admit(role: role) { context in
        try await provider.verify(token ?? "", as: role, in: context)
      }
    }
  }

  private static func tell(_ entry: SessionEventLog.Entry, _ feed: ControlEventFeed, _ log: Logger) {
    let (kind, text, severity): (String, String, ControlEvent.Severity) =
      switch entry.event {
      case .fellBack(let reason): ("sessions.fellBack", "the fallback serves: \(reason)", .critical)
      case .returned: ("sessions.returned", "the store of the sessions serves again", .info)
      case .conflicted(let conflict):
        ("sessions.conflicted", "session '\(conflict.session)' was changed on both sides of an outage", .warning)
      case .slow(let operation, let length):
        ("sessions.slow", "the store of the sessions took \(length.inWords) for \(operation.rawValue)", .warning)
      case .reconciliationFailed(let reason):
        ("sessions.reconciliationFailed", "what waits cannot be carried over: \(reason)", .critical)
      }
    // Viewers read the feed, and whoever knows a session acts for its user: that belongs into the log.
    feed.publish(
      at: entry.at, kind: kind, subject: "sessions", message: OperationsSessions.publicText(of: entry.event),
      severity: severity)
    log.log(level: severity == .info ? .notice : .warning, "\(text)", metadata: ["event": "\(kind)"])
  }
}
