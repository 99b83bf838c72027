/// What a subscriber hears.
public enum RedisMessage: Sendable, Equatable {
  /// Messages come from now on.
  ///
  /// What was published before was missed: read what is stored now, not earlier.
  case subscribed
  /// Somebody has published something.
  case message(channel: String, payload: [UInt8])
  /// No messages come until the next `subscribed`; the subscription goes on by itself.
  case interrupted(RedisError)
}
