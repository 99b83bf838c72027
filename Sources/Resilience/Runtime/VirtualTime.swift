/// What a test's clock has to offer.
///
/// Timers fire one at a time, in the order of their deadlines.
///
/// `ResilienceSimulation` holds the implementation that everybody uses; conform only to build another simulator.
public protocol VirtualTime: AnyObject, Sendable {
  /// The virtual time, in nanoseconds.
  func now() -> Instant
  /// 64 bits from the seeded generator.
  func random() -> UInt64
  /// Remembers to fire a timer.
  func arm(_ timer: TimerEntry, at deadline: Instant)
  /// Forgets a timer; harmless when it is not armed.
  func disarm(_ timer: TimerEntry)
}
