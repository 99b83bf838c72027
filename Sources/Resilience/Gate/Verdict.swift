/// How a call ended, as evidence about what it called.
@frozen
public enum Verdict: Sendable, Equatable {
  /// The dependency did what it should.
  case success
  /// The dependency failed, or was too slow.
  case failure
  /// The call says nothing about the dependency: it was cancelled, refused before it was sent, or the caller's mistake.
  case ignored
}

extension Verdict {
  /// The default reading of an error.
  ///
  /// Cancelled work and refusals are no evidence; a time-out is; a categorised error speaks for itself
  /// (`FailureCategory.isEvidence`); everything else is a failure.
  @inline(never)
  public init(of error: any Error) {
    switch error {
    case is CancellationError:
      self = .ignored
    case let rejection as Rejection:
      self = rejection.reason == .timeout ? .failure : .ignored
    case let error as any CategorizedError:
      self = error.category.isEvidence && !Task.isCancelled ? .failure : .ignored
    default:
      // Under a cancelled task any error may be the cancellation in disguise.
      self = Task.isCancelled ? .ignored : .failure
    }
  }
}
