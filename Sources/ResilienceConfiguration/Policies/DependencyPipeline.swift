public import Resilience

/// A dependency's policies joined: what a call runs through.
public struct DependencyPipeline: Sendable {
  /// Without a hedge, everything.
  private let outer: ConfiguredPipeline
  private let hedge: Hedge?
  /// What every attempt passes, where there is a hedge between it and the whole call.
  private let inner: ConfiguredPipeline

  /// Joins policies.
  ///
  /// - Throws: `InvalidConfiguration` when there are more steps than a pipeline holds.
  public init(_ policies: DependencyPolicies) throws(InvalidConfiguration) {
    self.hedge = policies.hedge
    self.outer = try ConfiguredPipeline(policies.outer + (policies.hedge == nil ? policies.inner : []))
    self.inner = try ConfiguredPipeline(policies.inner)
  }

  /// Runs an attempt under all policies; more than one at a time where a hedge adds some.
  ///
  /// - Throws: The attempt's own error, or a `Rejection`.
  public func run(in context: Context, _ attempt: @Sendable (Context) async throws -> Void) async throws {
    guard let hedge else { return try await self.outer.execute(in: context, attempt) }
    try await self.outer.execute(in: context) { context in
      try await hedge.executeConcurrently(in: context) { try await self.inner.execute(in: $0, attempt) }
    }
  }
}
