import Resilience

/// A value that tasks share.
final class Shared<Value: Sendable>: Sendable {
  private let lock: Lock<Value>

  init(_ value: Value) { self.lock = Lock(value) }

  var value: Value { self.lock.withLock { $0 } }

  func change(_ body: (inout Value) -> Void) { self.lock.withLock { body(&$0) } }
}
