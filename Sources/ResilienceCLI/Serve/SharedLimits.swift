internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceRedis

/// Permits that all instances of a service take from together, by way of the storage's Redis.
enum SharedLimits {
  /// Makes permits for dependencies; nil without a Redis.
  ///
  /// - Parameters:
  ///   - client: The storage's.
  ///   - service: Instances of the same service share.
  ///   - log: Hears of settings that cannot be shared.
  static func maker(_ client: RedisClient?, service: String, log: Logger) -> SharedPolicies.Permits? {
    guard let client else { return nil }
    return { name, settings, observer in
      let fallback: SharedRateLimiter.Fallback =
        switch settings.sharedFallback {
        case .local: .local()
        case .open: .open
        case .closed: .closed
        }
      do {
        return try SharedRateLimiter(
          name,
          validating: .init(
            RateLimiter.Configuration(settings), fallback: fallback, timeout: settings.sharedTimeout,
            pause: settings.sharedPause), on: client, prefix: "resilience:\(service):", observer: observer)
      } catch {
        log.error("dependencies.\(name).rateLimit.shared: \(error); this instance limits by itself")
        return nil
      }
    }
  }
}
