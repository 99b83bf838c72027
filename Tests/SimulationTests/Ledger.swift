import Resilience

/// Writes down what happens in a world.
final class Ledger: Observer {
  struct Facts: Sendable {
    var trace: [String] = []
    var inside = 0
    var mostInside = 0
    var calls = 0
    var ended = 0
    var longest: Int64 = 0
    var closedInOutage = 0
    var trips = 0
    var outcomes: [String: Int] = [:]
    var leftInBulkhead = 0
    var lastState = ""
    var outage: ClosedRange<Instant> = 0...0
  }

  private let state = Lock(Facts())
  var facts: Facts { self.state.withLock { $0 } }

  func setOutage(from: Instant, until: Instant) { self.state.withLock { $0.outage = from...until } }

  func entered() {
    self.state.withLock {
      $0.inside += 1
      $0.calls += 1
      $0.mostInside = max($0.mostInside, $0.inside)
    }
  }

  func left() { self.state.withLock { $0.inside -= 1 } }

  func ended(_ call: String, _ outcome: String, took: Int64, at now: Instant) {
    self.state.withLock {
      $0.ended += 1
      $0.outcomes[outcome, default: 0] += 1
      $0.longest = max($0.longest, took)
      $0.trace.append("\(now) \(call) \(outcome) after \(took)")
    }
  }

  func observe(_ event: Event) {
    guard case .transitioned(_, let to, let reason) = event.kind else { return }
    self.state.withLock {
      $0.trace.append("\(event.at) \(to) because \(reason)")
      if to == "open" { $0.trips += 1 }
      // Whoever started in the outage failed; a probe takes at most 300 ms, and 100 ms in the queue before.
      let surely = $0.outage.lowerBound + 400_000_000
      if to == "closed", event.at > surely, event.at < $0.outage.upperBound { $0.closedInOutage += 1 }
    }
  }

  func close(occupancy: (inside: Int, waiting: Int)) {
    self.state.withLock { $0.leftInBulkhead = occupancy.inside + occupancy.waiting }
  }

  func settle(_ state: CircuitBreaker.State) { self.state.withLock { $0.lastState = state.rawValue } }
}
