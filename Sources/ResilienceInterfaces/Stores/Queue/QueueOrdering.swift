/// What an item that fails does to the items behind it with the same ordering key.
public enum QueueOrdering: String, Sendable, CaseIterable, Codable {
  /// They wait until it is completed or purged; a dead letter holds them up until somebody has looked at it.
  ///
  /// For work that makes no sense out of order: the changes of one account.
  case untilResolved
  /// They wait while it is tried again, and go on when it has become a dead letter; the default.
  case untilDead
  /// They wait only while it runs: when it is tried again, it goes behind those that already wait.
  ///
  /// Still one at a time, and what is enqueued later waits for it.
  case whileRunning
}
