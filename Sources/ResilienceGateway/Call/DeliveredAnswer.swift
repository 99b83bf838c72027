internal import Resilience

/// An answer that the caller has got already, and that is no success for the breaker: nothing is left to do but to judge.
struct DeliveredAnswer: CategorizedError {
  let category: FailureCategory
  var transmission: Transmission { .answered }
}
