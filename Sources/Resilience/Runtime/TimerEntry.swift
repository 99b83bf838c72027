/// Something that happens at an instant.
///
/// The links belong to the timers that hold it, under their lock: arming allocates nothing but the entry itself.
open class TimerEntry: @unchecked Sendable {
  final var next: Unmanaged<TimerEntry>?
  final var previous: Unmanaged<TimerEntry>?
  final var deadline: Instant = 0
  final var slot: Int32 = -1
  final var shard: Int32 = 0
  /// The task to cancel instead of firing; alive for as long as the entry is armed.
  final var task: Unmanaged<AnyObject>?
  /// Whether that has happened.
  final var hasRung = false

  /// Makes an entry that is not armed.
  public init() {}

  /// Called once, on the timers' thread: return at once.
  open func fire() {}
}
