import Resilience

/// What a dependency was asked to carry out, in its order.
final class DeliveryLog: Sendable {
  private let state = Lock<[String]>([])

  var all: [String] { self.state.withLock { $0 } }

  func add(_ text: String) { self.state.withLock { $0.append(text) } }
}
