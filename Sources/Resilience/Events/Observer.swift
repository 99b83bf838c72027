/// Hears what policies decide.
///
/// Called on the calling task, outside every lock: return at once, hand on what takes time. Nothing is called for a
/// call that simply succeeds.
public protocol Observer: Sendable {
  /// A policy has decided something.
  func observe(_ event: Event)
}
