public import Resilience

/// Exchanges opinions inside of one process: for tests and simulations.
public final class InMemoryOpinionExchange: OpinionExchange {
  private struct Contents {
    var instances: [String: Instant] = [:]
    var opinions: [BreakerOpinion: Instant] = [:]
    var overrides: [BreakerOverride] = []
    var failure: StoreFailure?
  }

  private let runtime: Runtime
  private let contents = Lock(Contents())

  /// Makes an exchange that nobody has used.
  public init(_ runtime: Runtime = .live) { self.runtime = runtime }

  /// Fails with this error from now on; nil works again.
  public func fail(with failure: StoreFailure?) { self.contents.withLock { $0.failure = failure } }

  /// The operators' decisions from now on.
  public func decide(_ overrides: [BreakerOverride]) { self.contents.withLock { $0.overrides = overrides } }

  /// Exchanges.
  public func exchange(
    _ opinions: [BreakerOpinion], of instance: String, lifetime: Duration
  ) async throws(StoreFailure) -> SharedOpinions {
    try StoreRules.check(key: instance, named: "instance's name", store: "memory")
    _ = try StoreRules.milliseconds(lifetime, named: "lifetime", store: "memory")
    let now = self.runtime.now()
    let (seconds, attoseconds) = lifetime.components
    let end = now + seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    return try self.contents.withLock { contents throws(StoreFailure) in
      if let failure = contents.failure { throw failure }
      contents.instances[instance] = end
      contents.opinions = contents.opinions.filter { $0.key.instance != instance && $0.value > now }
      for opinion in opinions { contents.opinions[opinion] = end }
      contents.instances = contents.instances.filter { $0.value > now }
      return SharedOpinions(
        instances: contents.instances.count, opinions: Array(contents.opinions.keys), overrides: contents.overrides)
    }
  }
}
