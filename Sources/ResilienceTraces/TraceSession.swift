/// A trace as it is read: the policy under trace, its time, and the number of the line.
struct TraceSession {
  private var policy: (any TracePolicy)?
  private var time: Int64 = 0
  /// How many lines were answered.
  private(set) var answered = 0

  /// Answers a line.
  ///
  /// - Throws: `TraceFault` with what was expected; nothing of an answer is left then.
  mutating func hear(_ line: UnsafeRawBufferPointer, _ answer: inout TraceAnswer) throws(TraceFault) {
    let event = try TraceEvent(line)
    answer.begin(self.answered, event)
    if event.operation == .new {
      self.policy = try TraceSettings(event.config).policy()
      self.time = event.time
    } else {
      guard let policy else { throw TraceFault("there is no policy yet", expected: "a line with op new first") }
      guard event.time >= self.time else {
        throw TraceFault(
          "t went back from \(Double(self.time) / 1e6) to \(Double(event.time) / 1e6)",
          expected: "t as before, or later"
        )
      }
      self.time = event.time
      try policy.hear(event, at: event.time, &answer)
    }
    answer.end()
    self.answered += 1
  }
}
