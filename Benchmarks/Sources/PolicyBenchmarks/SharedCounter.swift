import Resilience

/// A number behind the project's lock: what a policy that locks on every call would at least cost.
final class SharedCounter: Sendable {
  private let value = Lock(0)

  @inline(__always)
  func increment() { self.value.withLock { $0 &+= 1 } }
}
