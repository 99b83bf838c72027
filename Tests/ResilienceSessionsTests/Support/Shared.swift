import Resilience

/// A value that several tasks of a test change.
final class Shared<Value: Sendable>: Sendable {
  private let lock: Lock<Value>

  init(_ value: Value) { self.lock = Lock(value) }

  func withLock<Result>(_ body: (inout Value) -> Result) -> Result { self.lock.withLock { body(&$0) } }
}
