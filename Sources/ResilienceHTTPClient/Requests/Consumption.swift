internal import Resilience

/// Remembers that a one-time stream was read.
final class Consumption: Sendable {
  private let begun = Lock(false)

  var hasBegun: Bool { self.begun.withLock { $0 } }

  func begin() { self.begun.withLock { $0 = true } }
}
