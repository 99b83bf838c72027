import Resilience

/// Something that a test switches while others look at it.
final class Switch: Sendable {
  private let state = Lock(false)

  var isOn: Bool { self.state.withLock { $0 } }

  /// Switches it.
  func turn(on isOn: Bool) { self.state.withLock { $0 = isOn } }
}
