/// Answers in place of an operation that failed: a value, a function, a chain of them in order.
///
/// ```swift
/// let rates = Fallback.function("yesterday") { _, _ in try await archive.rates() }.then(.value(Rates.none))
/// let answer = try await rates.answer { try await pipeline { try await live.rates() } }
/// if let degradation = answer.degradation { log(degradation.source) }
/// ```
/// Put it around the whole pipeline, so that it also answers for an open breaker. Typed by what it answers, unlike the
/// other policies: a stand-in of the wrong type does not compile. Cancellation is never answered.
public struct Fallback<Value>: Sendable {
  /// One link of the chain; nil: it has no answer, ask the next.
  typealias Link = @Sendable (any Error, Context) async throws -> Answer<Value>?

  let links: [Link]

  init(_ links: [Link]) { self.links = links }

  /// Answers with a fixed value.
  public static func value(_ value: Value, named name: String = "value") -> Fallback where Value: Sendable {
    Fallback([{ cause, _ in Answer(value, degradation: Degradation(source: name, cause: cause)) }])
  }

  /// Answers with what a function makes of the failure; nil or an error pass the question on.
  public static func function(
    _ name: String = "function", _ body: @escaping @Sendable (any Error, Context) async throws -> Value?
  ) -> Fallback {
    Fallback([
      { cause, context in
        try await body(cause, context).map { Answer($0, degradation: Degradation(source: name, cause: cause)) }
      }
    ])
  }

  /// Answers with what a function makes of the failure, under a policy of its own.
  ///
  /// When a dependency fails, all of its calls come here at once: give a stand-in that costs something a `Bulkhead` of
  /// its own, or the outage goes on in what stands in. What the policy refuses is the next link's.
  ///
  /// - Parameters:
  ///   - name: What answers, in the answer's degradation and in events.
  ///   - policy: What the function runs under: a bulkhead, a pipeline.
  ///   - body: The answer; nil passes the question on, and so does an error.
  public static func function<P: Policy>(
    _ name: String = "function", under policy: P,
    _ body: @escaping @Sendable (any Error, Context) async throws -> Value?
  ) -> Fallback {
    .function(name) { cause, context in
      try await policy.execute(in: context) { try await body(cause, $0) }
    }
  }

  /// Asks `next` when this one has no answer.
  public func then(_ next: Fallback) -> Fallback { Fallback(self.links + next.links) }

  /// Answers only for errors of this kind; others pass, to the next in the chain or to the caller.
  public func when(_ handles: @escaping @Sendable (any Error) -> Bool) -> Fallback {
    Fallback(
      self.links.map { link in
        { cause, context in
          guard handles(cause) else { return nil }
          return try await link(cause, context)
        }
      })
  }

  /// Runs the operation, and answers for it if it fails.
  ///
  /// - Throws: The operation's own error when nothing in the chain has an answer; `CancellationError` at once.
  public func answer(
    in context: Context = Context(), _ operation: (Context) async throws -> Value
  ) async throws -> Answer<Value> {
    do {
      return Answer(try await operation(context))
    } catch {
      guard let answer = try await self.answer(to: error, in: context) else { throw error }
      return answer
    }
  }

  /// Runs the operation, and answers for it if it fails.
  ///
  /// - Throws: The operation's own error when nothing in the chain has an answer; `CancellationError` at once.
  public func answer(_ operation: () async throws -> Value) async throws -> Answer<Value> {
    try await self.answer { _ in try await operation() }
  }

  /// The chain's answer to a failure; nil if it has none.
  ///
  /// - Throws: `CancellationError` when the task is cancelled meanwhile.
  public func answer(to error: any Error, in context: Context = Context()) async throws -> Answer<Value>? {
    guard !(error is CancellationError), !Task.isCancelled else { return nil }
    let since = context.isTraced ? context.runtime.now() : 0
    for link in self.links {
      do {
        if let answer = try await link(error, context) {
          let source = answer.degradation?.source ?? "fallback"
          context.emit(.fellBack(to: source, because: error), by: .fallback, named: source)
          context.trace?.record(.answered, by: .fallback, named: source, since: since, in: context)
          return answer
        }
      } catch {
        if Task.isCancelled { throw CancellationError() }
        continue  // a stand-in that fails has no answer; the caller gets the operation's error, not its
      }
    }
    return nil
  }
}
