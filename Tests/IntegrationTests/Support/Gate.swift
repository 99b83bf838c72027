import Foundation

/// Holds threads back until it is opened, for ever.
final class Gate: Sendable {
  private let condition = NSCondition()
  nonisolated(unsafe) private var isOpen = false

  /// Waits until it is open.
  func wait() {
    self.condition.lock()
    while !self.isOpen { self.condition.wait() }
    self.condition.unlock()
  }

  /// Lets everybody through.
  func open() {
    self.condition.lock()
    self.isOpen = true
    self.condition.broadcast()
    self.condition.unlock()
  }
}
