extension Pipeline {
  /// Runs an operation whose value may count as a failure (a 503 that throws nothing), possibly more than once at a time.
  ///
  /// For pipelines with a `Hedge`; others run it where the caller runs. Policies only ever see errors: such a value
  /// becomes a `FailingResult`, and if that is the last word the caller gets the value that came last.
  /// - Parameters:
  ///   - context: What is known of the call; by default the pipeline's.
  ///   - isFailure: The failure that a value stands for; nil if it is none.
  ///   - operation: The work.
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  @_disfavoredOverload
  public func callAsFunction<Value: Sendable>(
    in context: Context? = nil, failing isFailure: @Sendable (Value) -> FailingResult?,
    _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    let last = LastResult<Value>()
    return try await last.orThrow {
      try await self(in: context) { context in try last.judge(try await operation(context), isFailure) }
    }
  }
}

extension ConfiguredPipeline {
  /// Runs an operation whose value may count as a failure under all steps that may run more than once at a time: a
  /// `hedge` step hedges.
  ///
  /// - Parameters:
  ///   - context: What is known of the call.
  ///   - isFailure: The failure that a value stands for; nil if it is none.
  ///   - operation: The work.
  /// - Throws: The operation's own error, unchanged, or a `Rejection`.
  public func concurrently<Value: Sendable>(
    in context: Context = Context(), failing isFailure: @Sendable (Value) -> FailingResult?,
    _ operation: @Sendable (Context) async throws -> Value
  ) async throws -> Value {
    let last = LastResult<Value>()
    return try await last.orThrow {
      try await self.concurrently(in: context) { context in try last.judge(try await operation(context), isFailure) }
    }
  }
}

/// The last value of a call that stood for a failure, whichever of its attempts it came from.
private final class LastResult<Value: Sendable>: Sendable {
  private let value = Lock<Value?>(nil)

  func judge(_ value: Value, _ isFailure: (Value) -> FailingResult?) throws -> Value {
    guard let failure = isFailure(value) else { return value }
    self.value.withLock { $0 = value }
    throw failure
  }

  func orThrow(_ call: () async throws -> Value) async throws -> Value {
    do {
      return try await call()
    } catch let failure as FailingResult {
      guard let value = self.value.withLock({ $0 }) else { throw failure }
      return value
    }
  }
}
