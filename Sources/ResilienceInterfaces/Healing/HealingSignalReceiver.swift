/// Hears what may call for healing: from breakers, health checks, calls and supervised processes.
///
/// Called on whoever's task noticed it, outside of every lock: it must return at once.
public protocol HealingSignalReceiver: Sendable {
  /// Something was noticed.
  func receive(_ signal: HealingSignal)
}
