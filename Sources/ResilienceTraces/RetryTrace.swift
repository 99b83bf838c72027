import Resilience
import ResilienceSimulation

/// A retry under trace: every run is played to its end, in a world of its own.
///
/// Runs share the retry's budget, and nothing else.
final class RetryTrace: TracePolicy {
  private struct Failure: Error {}

  private let retry: Retry
  private var runs: UInt64 = 0

  init(_ retry: Retry) { self.retry = retry }

  func hear(_ event: borrowing TraceEvent, at now: Int64, _ answer: inout TraceAnswer) throws(TraceFault) {
    guard event.operation == .run else { throw self.strange(event, expected: "run or new") }
    self.runs += 1
    // Jitter is drawn from the number of the run: the same trace, the same answers.
    let world = TraceTime.world(seed: self.runs, at: now)
    let (retry, runtime) = (self.retry, world.runtime)
    let (outcomes, duration) = (event.outcomes, event.duration ?? 0)
    let attempts = Attempts()
    let succeeded = try? world.run {
      try await retry.execute(in: Context(runtime)) { _ in
        let number = attempts.began.withLock { began in
          began.append(runtime.now() - TraceTime.origin)
          return began.count
        }
        if duration > 0 { try await runtime.sleep(for: .nanoseconds(duration)) }
        // What the trace does not say any more goes on as it was.
        if !outcomes[min(number, outcomes.count) - 1] { throw Failure() }
        return true
      }
    }
    answer.add(",\"attempts_at\":[")
    for (index, instant) in attempts.began.withLock({ $0 }).enumerated() {
      if index > 0 { answer.add(",") }
      answer.add(milliseconds: instant)
    }
    answer.add("],\"result\":")
    succeeded != nil ? answer.add("\"ok\"" as StaticString) : answer.add("\"fail\"" as StaticString)
  }

  /// When attempts began, since the policy was made.
  private final class Attempts: Sendable {
    let began = Lock<[Int64]>([])
  }
}
