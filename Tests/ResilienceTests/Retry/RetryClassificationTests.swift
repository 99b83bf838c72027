import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@Suite struct RetryClassificationTests {
  @Test(
    "R1.6 by default connection errors, time-outs, rate limits and 5xx are retried, the caller's mistakes are not",
    arguments: FailureCategory.allCases)
  func categories(category: FailureCategory) {
    let transient: Set<FailureCategory> = [.connection, .timeout, .rateLimited, .unavailable, .server, .unknown]
    #expect(Retry.isRetryable(Categorized(category: category)) == transient.contains(category))
    #expect(Retry.isRetryable(FailingResult(category)) == transient.contains(category))
  }

  @Test(
    "R1.6 of our own refusals time-outs and full queues deserve another attempt", arguments: Rejection.Reason.allCases)
  func rejections(reason: Rejection.Reason) {
    let transient: Set<Rejection.Reason> = [
      .timeout, .bulkheadFull, .queueTimeout, .rateLimited, .overLimit, .throttled, .exhausted,
    ]
    #expect(Retry.isRetryable(Rejection(reason, by: .timeout, named: "")) == transient.contains(reason))
  }

  @Test("R1.6 an error that says nothing is retried, a cancellation never")
  func others() {
    #expect(Retry.isRetryable(Boom()))
    #expect(!Retry.isRetryable(CancellationError()))
  }

  /// How often a dependency is called that always fails with the error.
  private func calls(
    _ error: any Error, _ configuration: Retry.Configuration = .init(), isIdempotent: Bool = true
  ) -> Int {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let dependency = ScriptedDependency<Int>([.failure(error)], on: runtime)
    let context = Context(runtime, operation: "call", deadline: nil, isIdempotent: isIdempotent)
    let pipeline = Pipeline(runtime: runtime) { Retry(configuration) }
    #expect(throws: (any Error).self) {
      try simulation.run { _ = try await pipeline(in: context) { _ in try await dependency.call() } }
    }
    return dependency.calls
  }

  @Test("R1.5 an error that does not deserve it ends the retries at once")
  func earlyEnd() {
    #expect(self.calls(Categorized(category: .validation)) == 1)
    #expect(self.calls(Categorized(category: .server)) == 3)
    #expect(self.calls(CancellationError()) == 1)
  }

  @Test("R1.5 a predicate replaces the default, but never for cancellation")
  func predicate() {
    let all = Retry.Configuration(isRetryable: { _ in true })
    #expect(self.calls(Categorized(category: .validation), all) == 3)
    #expect(self.calls(CancellationError(), all) == 1)
    #expect(self.calls(Boom(), Retry.Configuration(isRetryable: { !($0 is Boom) })) == 1)
  }

  @Test(
    "R1.6 what is not idempotent is repeated only when the dependency cannot have seen it",
    arguments: [
      (Transmission.neverSent, 3), (.unknown, 1), (.answered, 1),
    ])
  func nonIdempotent(transmission: Transmission, expected: Int) {
    let error = Categorized(category: .connection, transmission: transmission)
    #expect(self.calls(error, isIdempotent: false) == expected)
    #expect(self.calls(error, isIdempotent: true) == 3)
    // Not even a predicate can make it happen twice.
    #expect(self.calls(error, Retry.Configuration(isRetryable: { _ in true }), isIdempotent: false) == expected)
    if transmission == .unknown { #expect(self.calls(Boom(), isIdempotent: false) == 1) }
  }
}
