/// Where the instances of a service tell each other what they think.
public protocol OpinionExchange: Sendable {
  /// Tells what this instance thinks now, in place of what it told before, and hears what all think.
  ///
  /// What is not told again within `lifetime` is forgotten, as is the instance.
  /// - Parameters:
  ///   - opinions: All opinions that this instance has now.
  ///   - instance: Its name.
  ///   - lifetime: How long others may count on them.
  /// - Throws: `StoreFailure` when nobody can be reached.
  func exchange(
    _ opinions: [BreakerOpinion], of instance: String, lifetime: Duration
  ) async throws(StoreFailure) -> SharedOpinions

  /// Tells when it is worth exchanging at once: an element per hint, none of them reliable; nil if it cannot tell.
  func hints() -> AsyncStream<Void>?
}

extension OpinionExchange {
  /// It cannot tell.
  public func hints() -> AsyncStream<Void>? { nil }
}
