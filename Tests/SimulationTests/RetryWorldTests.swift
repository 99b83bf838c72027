import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

/// What holds of every retried call, whatever the rules, the failures and the interleaving.
@Suite struct RetryWorldTests {
  private struct Violation: Error {
    let text: String
  }

  /// The bounds of the wait after an attempt, by the documented formulas.
  private func bounds(_ rules: RetryWorld.Rules, attempt: Int, previous: Int64) -> ClosedRange<Int64> {
    var planned = rules.initial
    for _ in 1..<attempt { planned = min(planned * 2, rules.longest) }
    planned = min(planned, rules.longest)
    switch rules.jitter {
    case .none: return planned...planned
    case .full: return 0...planned
    case .equal: return (planned / 2)...planned
    case .proportional(let share): return planned...(planned + Int64(Double(planned) * share) + 1)
    case .decorrelated:
      let low = min(rules.initial, rules.longest)
      return low...max(low, min(rules.longest, max(previous, low) * 3))
    }
  }

  /// Whether an attempt may follow such a failure at all.
  private func mayFollow(_ attempt: RetryWorld.Attempt, _ call: RetryWorld.Call, _ rules: RetryWorld.Rules) -> Bool {
    guard let error = attempt.error, !attempt.isCancelled, error.category != .validation else { return false }
    if call.idempotency == .notIdempotent, error.transmission != .neverSent { return false }
    return (error.retryAfter ?? .zero) <= .nanoseconds(rules.longestRetryAfter)
  }

  private func nanoseconds(_ length: Duration?) -> Int64 {
    guard let length else { return 0 }
    return length.components.seconds * 1_000_000_000 + length.components.attoseconds / 1_000_000_000
  }

  private func check(_ call: RetryWorld.Call, _ rules: RetryWorld.Rules) throws {
    func require(_ holds: Bool, _ what: String) throws {
      guard holds else { throw Violation(text: "\(what): \(call), \(rules)") }
    }
    try require(call.attempts.count <= rules.maxAttempts, "too many attempts")
    var previous: Int64 = 0
    var isExact = true
    for (number, (attempt, next)) in zip(call.attempts, call.attempts.dropFirst()).enumerated() {
      let wait = next.began - attempt.ended
      let asked = self.nanoseconds(attempt.error?.retryAfter)
      try require(self.mayFollow(attempt, call, rules), "an attempt that may not follow")
      try require(wait >= asked, "earlier than asked")
      if isExact || rules.jitter != .decorrelated {
        let bounds = self.bounds(rules, attempt: number + 1, previous: previous)
        try require(wait >= bounds.lowerBound && wait <= max(bounds.upperBound, asked), "a wait out of bounds")
      }
      // What the delay was before it was raised to `Retry-After` is unknown: so are the next one's bounds.
      isExact = wait > asked
      previous = wait
      try require(next.began < call.deadline, "an attempt after the deadline")
      try require(next.began <= call.cancelledAt, "an attempt after the cancellation")
      if let maxDuration = rules.maxDuration {
        try require(next.began < call.began + maxDuration, "an attempt after the total time")
      }
    }
    // Nobody sleeps for nothing: a call ends with its last attempt, or when it is cancelled while it waits.
    let last = call.attempts.last?.ended ?? call.began
    try require(call.ended == last || call.ended == call.cancelledAt, "a wait without an attempt")
    try require(call.outcome != "ok" || call.attempts.last?.error == nil, "a success that is none")
  }

  @Test(
    "R1.2 R1.5 R1.6 R1.7 R1.8 R1.12 attempts, waits, deadlines, cancellation, idempotency and budget hold in 1,000 worlds"
  )
  func invariants() throws {
    var (attempts, retried, cancelled, refused, careful) = (0, 0, 0, 0, 0)
    try withEvery(seeds: 1_000, kept: KeptSeeds.retry) { simulation in
      let world = try RetryWorld(simulation)
      let calls = try world.run()
      guard calls.count == 36 else { throw Violation(text: "\(calls.count) calls ended") }
      for call in calls { try self.check(call, world.rules) }
      // The budget: every extra attempt was granted, every grant became one or was cancelled while it waited.
      let status = world.rules.budget.status(at: simulation.runtime.now())
      let extra = calls.reduce(0) { $0 + max(0, $1.attempts.count - 1) }
      let left = calls.count { $0.cancelledAt < .max && $0.outcome == "cancelled" }
      guard status.granted >= extra, status.granted <= extra + left else {
        throw Violation(text: "\(extra) extra attempts, \(left) left while they waited: \(status)")
      }
      guard status.inFlight == 0, status.extraAttempts == 0 else { throw Violation(text: "leaked: \(status)") }
      // Half an attempt for each call, 10 to begin with, 1 a second; the other form's bound is its own tests' business.
      let seconds = Double(simulation.elapsed.components.seconds) + 1
      if !world.rules.isConcurrent, Double(status.granted) > 10 + 0.5 * Double(calls.count) + seconds {
        throw Violation(text: "more than was paid in: \(status)")
      }
      attempts += calls.reduce(0) { $0 + $1.attempts.count }
      retried += extra
      cancelled += left
      refused += status.refused
      careful += calls.count { $0.idempotency == .notIdempotent && $0.attempts.count > 1 }
    }
    // The worlds are worth looking at.
    #expect(retried > 5_000 && cancelled > 300 && refused > 300 && careful > 300, "\(attempts) \(retried) \(cancelled)")
  }
}
