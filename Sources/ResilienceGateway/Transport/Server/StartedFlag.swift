internal import Resilience

/// Whether an answer has started, and with which status; set on the event loop, read from anywhere.
final class StartedFlag: Sendable {
  private let sent = Lock<Int?>(nil)

  var isSet: Bool { self.status != nil }
  var status: Int? { self.sent.withLock { $0 } }

  func set(_ status: Int) { self.sent.withLock { $0 = status } }
}
