/// Hears what supervision does: for logs, metrics and operators.
///
/// Called outside of every lock: it must return at once.
public protocol SupervisionObserver: Sendable {
  /// Something has happened.
  func observe(_ event: SupervisionEvent)
}
