import Resilience

/// What producers were told and what the dependency was asked to carry out, while a program is killed again and again.
final class KillLedger: Sendable {
  private struct State {
    var acknowledged: Set<String> = []
    var delivered: [String] = []
    var isOver = false
    /// How far both were when the program was started last.
    var atStart = (acknowledged: 0, delivered: 0)
    var figures = KillFigures()
  }

  private let state = Lock(State())

  func acknowledged(_ text: String) { self.state.withLock { _ = $0.acknowledged.insert(text) } }
  func delivered(_ text: String) { self.state.withLock { $0.delivered.append(text) } }
  func end() { self.state.withLock { $0.isOver = true } }
  /// How many were acknowledged so far.
  var progress: Int { self.state.withLock { $0.acknowledged.count } }
  var isOver: Bool { self.state.withLock { $0.isOver } }

  /// The program is ready again.
  func started() { self.state.withLock { $0.atStart = ($0.acknowledged.count, $0.delivered.count) } }

  /// The program is killed now, and perhaps the server with it; or it is killed while it starts.
  func killed(withServer: Bool = false, whileStarting: Bool = false) {
    self.state.withLock { state in
      state.figures.kills += 1
      if withServer { state.figures.withServer += 1 }
      if whileStarting {
        state.figures.whileStarting += 1
      } else {
        if state.acknowledged.count > state.atStart.acknowledged { state.figures.underLoad += 1 }
        if state.delivered.count > state.atStart.delivered { state.figures.whileDelivering += 1 }
      }
    }
  }

  /// The verdict, once everything is drained and the program says how many it has completed.
  func judge(completed: Int) -> KillFigures {
    let (acknowledged, delivered, counted) = self.state.withLock { ($0.acknowledged, $0.delivered, $0.figures) }
    var figures = counted
    let lost = acknowledged.subtracting(delivered)
    if !lost.isEmpty { figures.faults.append("\(lost.count) lost: \(lost.sorted().prefix(10))") }
    // Every acknowledged request is one item that was completed once.
    if completed != acknowledged.count {
      figures.faults.append("completed \(completed), acknowledged \(acknowledged.count)")
    }
    var highest: [Substring: Int] = [:]
    for text in delivered {
      let words = text.split(separator: " ")
      guard words.count == 2, let number = Int(words[1]) else {
        figures.faults.append("nobody has sent '\(text)'")
        continue
      }
      let before = highest[words[0]] ?? -1
      if number > before + 1 { figures.faults.append("\(text) was delivered before \(before + 1)") }
      highest[words[0]] = max(before, number)
    }
    figures.acknowledged = acknowledged.count
    figures.again = delivered.count - Set(delivered).count
    // A kill hits what is on its way: at most one of each key, and there are four.
    if figures.again > 4 * figures.kills {
      figures.faults.append("\(figures.again) delivered again by \(figures.kills) kills")
    }
    return figures
  }
}
