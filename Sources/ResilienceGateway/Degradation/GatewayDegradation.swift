internal import Resilience
public import ResilienceConfiguration
internal import ResilienceDegradation
public import ResilienceInterfaces

/// What the data plane and the control plane know together of modes, toggles, notices and reviews.
///
/// The control plane looks at the dependencies and tells it; calls ask it. Cost for a call: one lock.
public final class GatewayDegradation: Sendable {
  /// What calls need to know, taken in one piece.
  struct Standing: Sendable {
    var mode = DegradationMode.normal
    var effects = ModeEffects()
    /// Whether a person has chosen the mode.
    var isDecided = false
    /// Tiers that nobody can vouch for now, with the dependency that would.
    var unverifiable: [String: String] = [:]
    var keyHeader: String?
  }

  let manager: DegradationManager
  let toggles: FeatureToggles
  /// Where requests for review are kept; nil where nothing keeps them.
  let reviews: (any ReviewStore)?
  let metrics: DegradationMetrics?
  let feed: NoticeFeed
  let notices: Lock<NoticeMachine>
  /// Who else is told of notices.
  let handlers = Lock<[@Sendable (ServiceNotice) -> Void]>([])
  private let standing: Lock<Standing>
  private let configuration: Lock<ServiceConfiguration>

  /// Makes it from a configuration.
  ///
  /// - Parameters:
  ///   - configuration: The whole file.
  ///   - reviews: Where requests for review are kept; nil where nothing keeps them.
  ///   - clock: The time of day.
  public convenience init(
    _ configuration: ServiceConfiguration = ServiceConfiguration(), reviews: (any ReviewStore)? = nil,
    clock: WallClock = .system
  ) {
    self.init(configuration, reviews: reviews, clock: clock, metrics: nil)
  }

  init(
    _ configuration: ServiceConfiguration, reviews: (any ReviewStore)?, clock: WallClock, metrics: DegradationMetrics?
  ) {
    self.manager = DegradationManager(configuration.modes.configuration, at: clock.now)
    self.toggles = FeatureToggles(
      configuration.toggles.features.map(\.toggle), isActive: configuration.toggles.isEnabled,
      onEvaluation: { evaluation in
        metrics?.count(evaluation)
        ToggleEvents.tell(evaluation)
      })
    self.reviews = reviews
    self.metrics = metrics
    self.feed = NoticeFeed(limit: configuration.notices.maxStreams)
    self.notices = Lock(
      NoticeMachine(
        prefix: String(Runtime.live.random(), radix: 16), enterAfter: configuration.notices.after,
        leaveAfter: configuration.notices.clearAfter))
    self.standing = Lock(Standing(keyHeader: configuration.toggles.keyHeader))
    self.configuration = Lock(configuration)
    for toggle in configuration.toggles.features { metrics?.show(toggle.name, isAvailable: toggle.isEnabled) }
  }

  /// What is in force now.
  var current: Standing { self.standing.withLock { $0 } }

  /// The settings in force.
  var settings: ServiceConfiguration { self.configuration.withLock { $0 } }

  /// Takes new settings; decisions and what has been noticed stay.
  func replace(_ configuration: ServiceConfiguration) {
    let former = self.configuration.withLock { former in
      defer { former = configuration }
      return former
    }
    self.manager.replace(configuration.modes.configuration)
    self.toggles.replace(configuration.toggles.features.map(\.toggle), isActive: configuration.toggles.isEnabled)
    self.feed.limit = configuration.notices.maxStreams
    self.notices.withLock { notices in
      notices.enterAfter = configuration.notices.after
      notices.leaveAfter = configuration.notices.clearAfter
    }
    let names = Set(configuration.toggles.features.map(\.name))
    for toggle in former.toggles.features where !names.contains(toggle.name) {
      self.metrics?.forget(toggle: toggle.name)
    }
    for toggle in self.toggles.all { self.metrics?.show(toggle.name, isAvailable: toggle.isAvailable) }
    self.takeStanding()
  }

  /// Writes down for calls what the manager knows.
  func takeStanding() {
    let settings = self.settings
    let view = self.manager.view
    var unverifiable: [String: String] = [:]
    for dependency in settings.dependencies
    where view.unavailable.contains(dependency.name) || view.recovering.contains(dependency.name) {
      for tier in dependency.privilegedTiers { unverifiable[tier] = dependency.name }
    }
    let standing = Standing(
      mode: view.mode, effects: self.manager.effects, isDecided: self.manager.decision != nil,
      unverifiable: unverifiable, keyHeader: settings.toggles.keyHeader)
    self.standing.withLock { $0 = standing }
    self.metrics?.show(view.mode)
  }
}
