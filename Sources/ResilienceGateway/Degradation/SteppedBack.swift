internal import Resilience

/// A call that the degradation mode or a toggle keeps from its dependency: says nothing about the dependency.
struct SteppedBack: CategorizedError {
  /// What is said to the caller where no fallback has an answer.
  let refusal: Refusal
  /// Whether only fallbacks that keep the request for later may answer: a fixed answer to a change would be a lie.
  var isForRecordersOnly = false
  var category: FailureCategory { .unavailable }
  var transmission: Transmission { .neverSent }
}
