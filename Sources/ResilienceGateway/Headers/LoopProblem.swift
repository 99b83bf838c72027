/// A request that this instance has already sent on comes back to it.
struct LoopProblem: Error, Equatable {
  /// The status of the answer.
  let status = 508
  /// What is wrong, and what to do.
  let detail =
    "The request has already passed this gateway (Via names it); a dependency's URL leads back to the gateway itself."
}
