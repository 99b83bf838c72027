import Resilience

/// What a retry has to do, written down as plainly as possible: whole seconds, tables instead of formulas.
///
/// Shares no code with the real one.
struct ReferenceRetry {
  /// One failure of the dependency.
  enum Failure: CaseIterable {
    case transient, mistake, cancelled, asksFor1, asksFor5, asksFor6, openFor5, openForEver, ruledOut, ruledLate
  }

  /// Delays after the first, second … attempt; the last one is repeated.
  let delays: [Int]
  let maxAttempts: Int
  let maxDuration: Int?
  let longestRetryAfter: Int
  let waitsForOpenCircuit: Bool
  let deadline: Int
  let begin: Int

  /// "12": another attempt at second 12; otherwise why there is none.
  func answer(_ failure: Failure, attempt: Int, now: Int) -> String {
    if failure == .cancelled { return "cancelled" }
    if failure == .mistake { return "notRetryable" }
    let isOpen = failure == .openFor5 || failure == .openForEver
    if isOpen, !self.waitsForOpenCircuit || failure == .openForEver { return "notRetryable" }
    if attempt >= self.maxAttempts { return "attemptsSpent" }
    if failure == .ruledOut { return "notRetryable" }
    let asked =
      switch failure {
      case .asksFor1: 1
      case .asksFor5, .openFor5: 5
      case .asksFor6: 6
      default: 0
      }
    if !isOpen, asked > self.longestRetryAfter { return "retryAfterTooLong" }
    let again = now + max(asked, self.delays[min(attempt, self.delays.count) - 1])
    if again >= self.deadline { return "deadline" }
    if let maxDuration, again >= self.begin + maxDuration { return "deadline" }
    if failure == .ruledLate, again >= self.begin + 4 { return "attemptsSpent" }
    return "\(again)"
  }
}
