import Resilience
import ResilienceSimulation

/// A failure that says nothing about itself.
struct Boom: Error, Equatable {
  var number = 0
}

/// A failure that says what it is.
struct Answered: CategorizedError, Equatable {
  var category: FailureCategory
  var retryAfter: Duration?
  var transmission = Transmission.answered
}

/// Runs a body in a child that is cancelled when the other body ends.
func cancelled(
  when other: @escaping @Sendable () async -> Void, _ body: @escaping @Sendable () async throws -> Void
) async {
  await withTaskGroup(of: Void.self) { group in
    group.addTask { try? await body() }
    await other()
    group.cancelAll()
  }
}

/// A breaker that is half-open at once after its first failure, one probe at a time, one success to close.
func halfOpenBreaker(_ runtime: Runtime, lease: Duration = .seconds(60)) async throws -> CircuitBreaker {
  let breaker = CircuitBreaker(
    "b",
    .init(
      consecutiveFailures: 1, openDuration: .seconds(1), permittedProbes: 1, successThreshold: 1,
      maxHalfOpenDuration: lease))
  try await breaker.acquire(in: Context(runtime)).complete(.failure, Boom())
  try await runtime.sleep(for: .seconds(1))
  return breaker
}
