internal import Resilience

/// Whether keys that were fetched still do, or the provider has to be asked.
///
/// A value. Keys do for their lifetime. A key that is not among them may be a new one: the provider is asked, but not
/// more often than the pause allows, whether it answers or not, so that made-up names cannot make it be asked all the
/// time. Asked by one caller at a time; those who wait meanwhile take what that one has brought.
struct KeyCacheMachine<Key: Sendable>: Sendable {
  /// What to do for a token.
  enum Answer {
    /// Use this key.
    case key(Key)
    /// Ask the provider.
    case fetch
    /// There is no such key; it was asked a moment ago.
    case unknown
    /// Nobody can tell: it was asked a moment ago and did not answer. It is asked again after so many nanoseconds.
    case away(Int64)
  }

  private let lifetime: Int64
  private let pause: Int64
  private var keys: [String: Key] = [:]
  private var fetched: Instant?
  /// When the provider was asked last, if it did not answer then.
  private var failed: Instant?
  /// How often it was asked, to the end.
  private(set) var rounds = 0

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
    if let failed, now - failed < self.pause { return .away(self.pause - (now - failed)) }
    return now - fetched < self.pause ? .unknown : .fetch
  }

  /// What to do after having waited for one's turn to ask: what another one has brought since is as good as one's own.
  ///
  /// - Parameter round: How often the provider had been asked when the waiting began.
  func answer(for id: String, since round: Int, at now: Instant) -> Answer {
    guard self.rounds != round else { return self.answer(for: id, at: now) }
    if let failed { return .away(max(0, self.pause - (now - failed))) }
    if let key = self.keys[id] { return .key(key) }
    return .unknown
  }

  /// The provider has answered.
  mutating func fetched(_ keys: [String: Key], at now: Instant) {
    self.keys = keys
    self.fetched = now
    self.failed = nil
    self.rounds += 1
  }

  /// The provider has not answered, or with something else.
  mutating func failed(at now: Instant) {
    self.failed = now
    self.rounds += 1
  }
}
