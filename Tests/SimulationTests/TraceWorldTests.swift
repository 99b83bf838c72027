import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// A trace, an observer, the caller's clock and the dependency tell the same story.
@Suite struct TraceWorldTests {
  private struct Violation: Error {
    let text: String
  }

  private typealias Decision = DecisionTrace.Entry.Decision

  /// The events that observers of a call hear, in the trace's words.
  private func decision(_ kind: Event.Kind) -> Decision? {
    switch kind {
    case .attemptFailed: .retried
    case .recovered: .recovered
    case .retriesEnded: .gaveUp
    case .hedged: .hedged
    case .hedgeWon: .hedgeWon
    case .hedgeSkipped: .hedgeSkipped
    case .timedOut: .timedOut
    case .rejected: .refused
    default: nil
    }
  }

  private func check(_ story: TraceWorld.Story, hedges: Bool) throws {
    let (trace, entries) = (story.trace, story.trace.entries)
    func require(_ holds: Bool, _ what: String) throws {
      guard holds else { throw Violation(text: "\(what)\n\(trace)\n\(story)") }
    }
    // Time: the parts add up to what the caller's clock says, and the operation's part to what the dependency saw.
    let spent = trace.spent
    try require(trace.duration == .nanoseconds(story.took), "the duration is not the caller's")
    try require(spent.map(\.nanoseconds).reduce(0, +) == story.took, "the parts do not add up")
    try require(!spent.contains { $0.holder == .rest && $0.nanoseconds > 0 }, "time that nobody had")
    let inside = spent.filter { $0.holder == .operation }.map(\.nanoseconds).reduce(0, +)
    try require(hedges ? inside <= story.inside : inside == story.inside, "the operation's time")
    // Decisions: what observers heard, as often and in the same order. Gates tell observers of their own.
    let heard = story.events.compactMap { self.decision($0.kind) }
    let told = entries.filter { entry in
      switch entry.decision {
      case .retried, .recovered, .gaveUp, .hedged, .hedgeWon, .hedgeSkipped, .timedOut: true
      case .refused: entry.policy == .timeout
      default: false
      }
    }
    try require(told.map(\.decision) == heard, "other decisions than the observer heard: \(heard)")
    try require(told.map(\.attempt) == story.events.map(\.attempt), "other attempts than the observer heard")
    // Ends: every beginning has one, and the call's is the caller's.
    let ends = entries.count { $0.decision == .attemptSucceeded || $0.decision == .attemptFailed }
    try require(entries.count { $0.decision == .attemptBegan } == story.attempts && ends == story.attempts, "attempts")
    try require(entries.last?.decision == (story.isSuccess ? .callSucceeded : .callFailed), "the end")
    let times = entries.map(\.atNanoseconds)
    try require(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 } && times.first == 0, "the order")
    // A call that failed was not let in, or was judged, by each gate that was asked; nothing is judged twice.
    let admitted = entries.count { $0.decision == .admitted }
    let judged = entries.count { $0.decision == .judged }
    try require(judged <= admitted, "more verdicts than admissions")
  }

  @Test(
    "a trace's times add up to the call's, and its decisions are those that the observer heard, in 1,000 worlds",
    arguments: [false, true])
  func agreement(hedges: Bool) throws {
    var decisions: [String: Int] = [:]
    try withEvery(seeds: 500) { simulation in
      let stories = try TraceWorld(simulation, hedges: hedges).run()
      guard stories.count == 30 else { throw Violation(text: "\(stories.count) calls ended") }
      for story in stories {
        try self.check(story, hedges: hedges)
        for entry in story.trace.entries { decisions[entry.decision.rawValue, default: 0] += 1 }
      }
    }
    // The worlds are worth looking at.
    for decision: Decision in [.waited, .refused, .retried, .recovered, .gaveUp, .timedOut, .changed, .judged] {
      #expect(decisions[decision.rawValue, default: 0] > 200, "\(decision)")
    }
    if hedges { #expect(decisions["hedgeWon", default: 0] > 500) }
  }
}
