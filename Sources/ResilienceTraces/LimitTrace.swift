import Resilience

/// An adaptive limit's arithmetic under trace: samples in, limits out.
final class LimitTrace: TracePolicy {
  private var limit: Limit

  init(_ limit: Limit) { self.limit = limit }

  func hear(_ event: borrowing TraceEvent, at now: Int64, _ answer: inout TraceAnswer) throws(TraceFault) {
    guard event.operation == .sample else { throw self.strange(event, expected: "sample or new") }
    // No chance: Vegas measures the unloaded round trip anew after exactly `probeMultiplier` × limit samples.
    let value = self.limit.sample(
      .nanoseconds(event.roundTrip), inFlight: event.inFlight, dropped: event.isDropped, chance: .max)
    answer.add(",\"limit\":")
    answer.add(value)
  }
}
