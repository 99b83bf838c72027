import Resilience

/// What several tasks have collected, in its order.
final class Collected<Element: Sendable>: Sendable {
  private let state = Lock<[Element]>([])

  var all: [Element] { self.state.withLock { $0 } }

  func add(_ elements: [Element]) { self.state.withLock { $0 += elements } }
}
