extension DecisionTrace: CustomStringConvertible {
  /// A table: one line for each decision, with the milliseconds since the call began and those that it took, and below
  /// it where the time went.
  public var description: String {
    let entries = self.entries
    let total = self.duration.nanoseconds
    guard !entries.isEmpty else { return "nothing was decided: the trace was not given to a call" }
    let rows = entries.map { entry in
      [
        Self.milliseconds(entry.atNanoseconds), Self.subject(entry), "#\(entry.attempt)", Self.what(entry),
        entry.tookNanoseconds > 0 ? "took \(Self.milliseconds(entry.tookNanoseconds)) ms" : "",
      ]
    }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      let time = String(repeating: " ", count: widths[0] - row[0].count) + row[0]
      let head = "\(time) ms  \(Self.padded(row[1], widths[1]))  \(Self.padded(row[2], widths[2]))  \(row[3])"
      return row[4].isEmpty ? head : "\(head), \(row[4])"
    }
    let dropped = self.dropped
    if dropped > 0 { lines.append("… and \(dropped) more") }
    let shares = self.spent.map { share in
      let percent = total > 0 ? Int((Double(share.nanoseconds) / Double(total) * 100).rounded()) : 0
      return "\(Self.holder(share)) \(Self.milliseconds(share.nanoseconds)) ms (\(percent) %)"
    }
    lines.append("spent \(Self.milliseconds(total)) ms: " + shares.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }

  private static func subject(_ entry: Entry) -> String {
    switch entry.decision {
    case .callBegan, .callSucceeded, .callFailed: Self.named("call", entry.name)
    case .attemptBegan, .attemptSucceeded, .attemptFailed: "operation"
    default: Self.named(entry.policy?.rawValue ?? "gate", entry.name)
    }
  }

  private static func holder(_ share: Share) -> String {
    switch share.holder {
    case .operation: "operation"
    case .policy: Self.named(share.policy?.rawValue ?? "gate", share.name)
    case .rest: "rest"
    }
  }

  private static func named(_ kind: String, _ name: String) -> String { name.isEmpty ? kind : "\(kind) '\(name)'" }

  private static func what(_ entry: Entry) -> String {
    let word =
      switch entry.decision {
      case .callBegan, .attemptBegan: "began"
      case .callSucceeded, .attemptSucceeded: "succeeded"
      case .callFailed, .attemptFailed: "failed"
      case .gaveUp: "gave up"
      case .hedgeWon: "won"
      case .hedgeSkipped: "skipped"
      case .timedOut: "timed out"
      case .fellBack: "fell back"
      case .admitted, .refused, .waited, .judged, .retried, .recovered, .hedged, .abandoned, .changed, .answered,
        .noted:
        entry.decision.rawValue
      }
    return entry.reason.isEmpty ? word : "\(word): \(entry.reason)"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// With three digits after the point; no Foundation here.
  private static func milliseconds(_ nanoseconds: Int64) -> String {
    let microseconds = nanoseconds / 1_000
    let rest = String(microseconds % 1_000)
    return "\(microseconds / 1_000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
  }
}
