/// Something that happened to the session service as a whole, in the past tense.
public enum SessionEvent: Sendable, Hashable {
  /// The primary store is away: the fallback serves.
  case fellBack(reason: String)
  /// The primary store serves again, and so many sessions were carried over to it.
  case returned(carriedOver: Int)
  /// A session was changed on both sides of an outage; ours is kept until somebody chooses.
  case conflicted(SessionConflict)
  /// An operation took longer than `slowOperation`.
  case slow(SessionOperation, Duration)
  /// What waits in the fallback could not be read or carried over: why.
  case reconciliationFailed(reason: String)
}
