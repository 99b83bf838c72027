internal import ArgumentParser

/// Sessions in words for people.
enum CtlSessionWords {
  static func status(_ status: CtlSessionAnswers.Status) -> [String] {
    let serving =
      switch status.serving {
      case "primary": "the store serves"
      case "fallback": "THE FALLBACK SERVES, the store is away"
      default: "the store serves again, changes are carried over"
      }
    let mean = status.averageResponseMilliseconds.map { ", \(($0 * 10).rounded() / 10) ms on average" } ?? ""
    var lines = [
      "sessions: \(status.state); \(serving)\(mean), \(status.slowOperations) slow",
      "waiting for the store: \(status.waitingForPrimary); conflicts: \(status.conflicts)",
    ]
    for (name, each) in status.operations.sorted(by: { $0.key < $1.key }) {
      let share = Int((each.successRate * 100).rounded())
      lines.append("  \(name): \(each.total) in all, \(each.failed) failed, \(share) % of the last succeeded")
    }
    return lines
  }

  static func page(_ page: CtlSessionAnswers.Page) -> [String] {
    var lines = page.sessions.isEmpty ? ["no session"] : page.sessions.map(self.line)
    if !page.complete { lines.append("the store is away: these are the sessions that this instance knows") }
    for name in page.unreadable { lines.append("cannot be read: \(name)") }
    if let next = page.next { lines.append("more with --after \(next)") }
    return lines
  }

  static func line(_ session: CtlSessionAnswers.Session) -> String {
    let attributes = session.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let end = session.expiresAt.map { "  until \(CtlWords.time($0))" } ?? ""
    let mark = session.degraded ? "  from the fallback" : ""
    return "\(session.id)  version \(session.version)  \(CtlWords.time(session.updatedAt))\(end)\(mark)"
      + attributes.map { "  \($0)" }.joined()
  }

  static func whole(_ session: CtlSessionAnswers.Session) -> [String] {
    [self.line(session), session.state ?? session.stateBase64.map { "base64 \($0)" } ?? ""]
  }

  static func conflict(_ conflict: CtlSessionAnswers.Conflict) -> String {
    let ours = conflict.ours.map { "changed at \(CtlWords.time($0.updatedAt))" } ?? "deleted"
    return "\(conflict.id)  session \(conflict.session)  here \(ours), on version \(conflict.baseVersion)"
  }

  static func forms(_ conflict: CtlSessionAnswers.Conflict) -> [String] {
    [self.conflict(conflict), "theirs, in force:"]
      + (conflict.theirs.map(self.whole) ?? ["no such session"]).map { "  \($0)" } + ["ours, written in the outage:"]
      + (conflict.ours.map(self.whole) ?? ["deleted"]).map { "  \($0)" }
  }

  /// Reads `NAME=VALUE`.
  static func attributes(_ texts: [String]) throws -> [(String, String)] {
    try texts.map { text in
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw ValidationError("'\(text)' is no attribute; write NAME=VALUE")
      }
      return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }
  }
}
