/// A policy that is told of events and answers them.
protocol TracePolicy: AnyObject {
  /// Hears of an event at its time, and adds to the answer what there is to say.
  ///
  /// - Throws: `TraceFault` where the event means nothing to it.
  func hear(_ event: borrowing TraceEvent, at now: Int64, _ answer: inout TraceAnswer) throws(TraceFault)
}

extension TracePolicy {
  /// The event is one of another policy.
  func strange(_ event: borrowing TraceEvent, expected: String) -> TraceFault {
    TraceFault("\(event.operation.rawValue) means nothing to this policy", expected: expected)
  }
}
