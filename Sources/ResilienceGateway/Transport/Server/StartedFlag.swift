internal import Resilience

/// Whether an answer has started; set on the event loop, read from anywhere.
final class StartedFlag: Sendable {
  private let flag = Lock(false)

  var isSet: Bool { self.flag.withLock { $0 } }

  func set() { self.flag.withLock { $0 = true } }
}
