/// Permits that several processes take from together, wherever they are counted.
///
/// A `RateLimiter` that is given one asks it for every call; `SharedRateLimiter` in `ResilienceRedis` is one.
public protocol SharedPermits: Sendable {
  /// Takes permits, and waits until they are due where its settings allow it.
  ///
  /// - Parameters:
  ///   - permits: How many, at least 1.
  ///   - context: Whose call it is.
  /// - Throws: `Rejection` with the reason `rateLimited` and the time after which to come back, or `cancelled`.
  func take(_ permits: Int, in context: Context) async throws(Rejection)
}
