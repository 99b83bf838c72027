/// Hears what healing does: for logs, metrics and operators.
///
/// Called outside of every lock: it must return at once.
public protocol HealingObserver: Sendable {
  /// Something has happened.
  func observe(_ event: HealingEvent)
}
