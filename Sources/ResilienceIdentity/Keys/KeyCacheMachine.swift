internal import Resilience

/// Whether keys that were fetched still do, or the provider has to be asked.
///
/// A value. Keys do for their lifetime. A key that is not among them may be a new one: the provider is asked, but not
/// more often than the pause allows, so that made-up names cannot make it be asked all the time.
struct KeyCacheMachine<Key: Sendable>: Sendable {
  /// What to do for a token.
  enum Answer {
    /// Use this key.
    case key(Key)
    /// Ask the provider.
    case fetch
    /// There is no such key; it was asked a moment ago.
    case unknown
  }

  private let lifetime: Int64
  private let pause: Int64
  private var keys: [String: Key] = [:]
  private var fetched: Instant?

  /// - Parameters:
  ///   - lifetime: How long keys do, in nanoseconds.
  ///   - pause: How often unknown keys make the provider be asked, in nanoseconds.
  init(lifetime: Int64, pause: Int64) {
    self.lifetime = lifetime
    self.pause = pause
  }

  func answer(for id: String, at now: Instant) -> Answer {
    guard let fetched, now - fetched < self.lifetime else { return .fetch }
    if let key = self.keys[id] { return .key(key) }
    return now - fetched < self.pause ? .unknown : .fetch
  }

  /// The provider has answered.
  mutating func fetched(_ keys: [String: Key], at now: Instant) {
    self.keys = keys
    self.fetched = now
  }
}
