internal import Logging
public import Resilience
public import ResilienceConfiguration
internal import ResilienceHealth
internal import ResilienceInterfaces

/// A dependency as it runs: where it is, the policies around it, what is remembered of it, what was counted.
public final class Dependency: Sendable {
  /// The name in configuration and in requests.
  public let name: String
  /// The settings in force.
  public let configuration: DependencyConfiguration
  /// Where it is; of a built-in upstream the address that it got.
  let location: UpstreamURL
  /// Where it listens.
  let origin: UpstreamOrigin
  /// What every forwarded path begins with; empty or `/…` without a slash at the end.
  let basePath: String
  /// The policies around its calls, in their order: whole call, retry, hedge, breaker, limits, bulkhead, attempt.
  let policies: DependencyPolicies
  private let pipeline: ConfiguredPipeline
  /// The breaker, if there is one.
  public var breaker: CircuitBreaker? { self.policies.breaker }
  /// The bulkhead, if there is one.
  public var bulkhead: Bulkhead? { self.policies.bulkhead }
  /// The limiter that finds its own limit, if there is one.
  public var adaptiveLimiter: AdaptiveLimiter? { self.policies.adaptiveLimiter }
  /// What bounds retries and hedges, if anything does.
  public var budget: RetryBudget? { self.policies.budget }
  /// Remembered answers, for fresh serving and for when there are none.
  let cache: ResponseCache?
  /// What is being asked for again in the background.
  let revalidations: Revalidations
  /// Bounds the fallbacks that are at work at once.
  let fallbackBulkhead: Bulkhead
  let log = Logger(label: "resilience.gateway")
  let transport: any UpstreamTransport
  let metrics: DependencyMetrics
  /// Hears what the policies decide.
  let observer: any Observer
  /// Methods whose requests may be sent again.
  let repeatableMethods: Set<String>
  /// Kinds of failure that say nothing against the dependency, and are repeated because a rule says so.
  let repeatedCategories: Set<FailureCategory>
  /// Statuses that say nothing about its health.
  let ignoredStatuses: Set<Int>

  /// Assembles a dependency.
  ///
  /// - Parameters:
  ///   - configuration: Its settings.
  ///   - location: Where it is.
  ///   - transport: What calls it.
  ///   - metrics: Where calls are counted.
  ///   - shared: What dependencies have in common.
  ///   - responses: Where instances share answers; nil where nothing is shared.
  ///   - observer: Hears what the policies decide.
  ///   - former: The same dependency under its former settings, whose state goes on once `takeEffect()` is called.
  /// - Throws: `InvalidConfiguration` when a policy's settings make no sense.
  init(
    _ configuration: DependencyConfiguration, at location: UpstreamURL, transport: any UpstreamTransport,
    metrics: DependencyMetrics, sharing shared: SharedPolicies = SharedPolicies(),
    responses: (any KeyValueStore)? = nil, observer: any Observer,
    keeping former: Dependency? = nil
  ) throws {
    let policies = DependencyPolicies(
      configuration, sharing: shared, observer: observer, keeping: former?.policies)
    self.name = configuration.name
    self.configuration = configuration
    self.location = location
    self.origin = UpstreamOrigin(
      scheme: location.scheme == .https ? .https : .http, host: location.host, port: location.port)
    self.basePath = location.path
    self.policies = policies
    self.pipeline = try ConfiguredPipeline(policies.steps)
    // What was remembered of another URL is not this one's answer.
    self.cache = Self.cache(
      configuration, responses, former?.configuration.url == configuration.url ? former?.cache : nil)
    self.revalidations = former?.revalidations ?? Revalidations()
    let places = configuration.fallbackBulkhead
    if let former, former.configuration.fallbackBulkhead == places {
      self.fallbackBulkhead = former.fallbackBulkhead
    } else {
      self.fallbackBulkhead = Bulkhead(
        "\(configuration.name).fallback",
        Bulkhead.Configuration(
          maxConcurrent: places.maxConcurrent, maxQueue: places.maxQueue, maxWait: places.maxWait))
    }
    self.transport = transport
    self.metrics = metrics
    self.observer = observer
    self.repeatableMethods = Set(configuration.retry.methods)
    self.repeatedCategories = Set(
      configuration.retry.isEnabled ? configuration.retry.policies.flatMap { $0.categories.map(\.category) } : [])
    self.ignoredStatuses = Set(configuration.circuitBreaker.ignore)
  }

  /// Runs an attempt under all policies; more than one at a time where a hedge adds some.
  ///
  /// - Throws: The attempt's own error, or a `Rejection`.
  func run(in context: Context, _ attempt: @Sendable (Context) async throws -> Void) async throws {
    try await self.pipeline.concurrently(in: context, attempt)
  }

  /// Whether a failing health check has isolated it, and no operator.
  var isHeldByItsCheck: Bool {
    guard self.configuration.circuitBreaker.isHealthAware, let breaker = self.breaker else { return false }
    return breaker.snapshot().operatorDecision?.actor == HealthAwareBreaker.actor
  }

  /// Gives policies and cache that were taken over their new settings; called once, when this one is put in force.
  func takeEffect() {
    self.policies.takeEffect()
    self.cache?.takeEffect()
  }

  /// Whether its breaker is open and would let a call find out if it is back, or is finding out.
  var mayProbe: Bool {
    guard let breaker else { return false }
    switch breaker.state() {
    case .halfOpen: return true
    case .open: return breaker.snapshot().openUntil.map { $0 <= Runtime.live.now() } ?? false
    case .closed, .isolated, .disabled, .observing: return false
    }
  }

  private static func cache(
    _ configuration: DependencyConfiguration, _ responses: (any KeyValueStore)?, _ former: ResponseCache?
  ) -> ResponseCache? {
    var sharedFor = Duration.zero
    var entries = configuration.cache.isEnabled ? configuration.cache.maxEntries : 0
    var bytes = configuration.cache.isEnabled ? configuration.cache.maxBytes : 0
    for case .staleCache(let settings) in configuration.fallback {
      entries = max(entries, settings.maxEntries ?? configuration.cache.maxEntries)
      bytes = max(bytes, settings.maxBytes ?? configuration.cache.maxBytes)
      if settings.isShared { sharedFor = max(sharedFor, settings.maxAge) }
    }
    guard entries > 0 else { return nil }
    let shared = responses.flatMap { store in
      sharedFor > .zero
        ? SharedResponses(of: configuration.name, at: "\(configuration.url)", maxAge: sharedFor, in: store) : nil
    }
    return ResponseCache(
      maxEntries: entries, maxBytes: bytes, maxEntryBytes: configuration.cache.maxEntryBytes, shared: shared,
      keeping: former)
  }
}
