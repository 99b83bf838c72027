import Resilience

/// A value that tasks of a test share.
final class Shared<Value: Sendable>: Sendable {
  private let lock: Lock<Value>
  init(_ value: Value) { self.lock = Lock(value) }

  var value: Value { self.lock.withLock { $0 } }
  func withLock<Result>(_ body: (inout Value) -> Result) -> Result { self.lock.withLock { body(&$0) } }
}
