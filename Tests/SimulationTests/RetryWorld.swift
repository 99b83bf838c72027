import Resilience
import ResilienceSimulation

/// Clients whose calls are retried by rules of chance, and everything that the dependency saw of them.
final class RetryWorld: Sendable {
  /// How an attempt failed, as the dependency told it.
  struct Failure: CategorizedError {
    var category: FailureCategory
    var retryAfter: Duration?
    var transmission: Transmission
  }

  struct Attempt: Sendable {
    var began: Instant
    var ended: Instant
    var error: Failure?
    /// The caller had been cancelled when it ended.
    var isCancelled: Bool
  }

  struct Call: Sendable {
    var attempts: [Attempt] = []
    var began: Instant = 0
    var ended: Instant = 0
    var deadline: Instant
    var idempotency: Idempotency
    var outcome = ""
    var cancelledAt: Instant = .max
  }

  /// What a world is made of; the same for all its calls.
  struct Rules: Sendable {
    var maxAttempts: Int
    var initial: Int64
    var longest: Int64
    var jitter: Jitter
    var maxDuration: Int64?
    var longestRetryAfter: Int64
    var budget: RetryBudget
    var isConcurrent: Bool
  }

  let rules: Rules
  let simulation: Simulation
  private let retry: Retry
  private let pipeline: ConfiguredPipeline

  init(_ simulation: Simulation) throws {
    self.simulation = simulation
    func pick(_ bound: UInt64) -> Int64 { Int64(simulation.random() % bound) }
    let isConcurrent = pick(2) == 0
    let form: RetryBudget.Configuration =
      isConcurrent
      ? .concurrency(ratio: 0.5, minimum: Int(pick(4))) : .traffic(ratio: 0.5, minimumPerSecond: 1, capacity: 20)
    let jitters: [Jitter] = [.none, .full, .equal, .decorrelated, .proportional(0.1)]
    self.rules = Rules(
      maxAttempts: Int(1 + pick(5)), initial: (1 + pick(50)) * 1_000_000, longest: (50 + pick(200)) * 1_000_000,
      jitter: jitters[Int(pick(5))], maxDuration: pick(3) == 0 ? (20 + pick(400)) * 1_000_000 : nil,
      longestRetryAfter: 150_000_000, budget: RetryBudget("b", form), isConcurrent: isConcurrent)
    let rules = self.rules
    self.retry = Retry(
      .init(
        maxAttempts: rules.maxAttempts,
        backoff: .exponential(initial: .nanoseconds(rules.initial), max: .nanoseconds(rules.longest)),
        jitter: rules.jitter, maxDuration: rules.maxDuration.map { .nanoseconds($0) },
        maxRetryAfter: .nanoseconds(rules.longestRetryAfter), budget: rules.budget))
    self.pipeline = try ConfiguredPipeline([.retry(self.retry)])
  }

  private func dependency() async throws {
    let runtime = self.simulation.runtime
    let chance = runtime.random()
    try await runtime.sleep(for: .milliseconds(Int(chance % 30)))
    guard chance >> 8 % 4 != 0 else { return }
    let categories: [FailureCategory] = [.connection, .timeout, .rateLimited, .unavailable, .server, .validation]
    let transmissions: [Transmission] = [.neverSent, .unknown, .answered]
    let retryAfter: Duration? = chance >> 24 % 3 == 0 ? .milliseconds(Int(chance >> 32 % 200)) : nil
    throw Failure(
      category: categories[Int(chance >> 16 % 6)], retryAfter: retryAfter,
      transmission: transmissions[Int(chance >> 48 % 3)])
  }

  private func call() async -> Call {
    let runtime = self.simulation.runtime
    let chance = runtime.random()
    let now = runtime.now()
    let idempotencies: [Idempotency] = [.idempotent, .idempotent, .keyed("k"), .notIdempotent]
    let deadline: Instant = chance % 2 == 0 ? now + Int64(50 + chance >> 8 % 400) * 1_000_000 : .max
    let state = Lock(Call(deadline: deadline, idempotency: idempotencies[Int(chance >> 32 % 4)]))
    let context = Context(
      runtime, operation: "call", deadline: deadline == .max ? nil : Deadline(at: deadline),
      idempotency: state.withLock { $0.idempotency })
    var outcome = "ok"
    do {
      let body = { (_: Context) async throws in
        let began = runtime.now()
        func note(_ error: Failure?) {
          state.withLock {
            $0.attempts.append(
              Attempt(began: began, ended: runtime.now(), error: error, isCancelled: Task.isCancelled))
          }
        }
        do {
          try await self.dependency()
          note(nil)
        } catch {
          note(error as? Failure)
          throw error
        }
      }
      if chance >> 40 % 2 == 0 {
        try await self.pipeline.execute(in: context, body)
      } else {
        try await self.retry.execute(in: context, body)
      }
    } catch { outcome = error is CancellationError ? "cancelled" : "failed" }
    return state.withLock {
      ($0.began, $0.ended, $0.outcome) = (now, runtime.now(), outcome)
      return $0
    }
  }

  /// A call; every eighth is cancelled after a while.
  private func client() async -> Call {
    let runtime = self.simulation.runtime
    guard runtime.random() % 8 == 0 else { return await self.call() }
    return await withTaskGroup(of: Call?.self) { group in
      group.addTask { await self.call() }
      group.addTask {
        try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 150)))
        return nil
      }
      let first = await group.next() ?? nil
      let cancelledAt = runtime.now()
      group.cancelAll()
      var call = first
      for await other in group { call = call ?? other }
      if first == nil { call?.cancelledAt = cancelledAt }
      return call ?? Call(deadline: .max, idempotency: .idempotent)
    }
  }

  func run() throws -> [Call] {
    let runtime = self.simulation.runtime
    return try self.simulation.run {
      await withTaskGroup(of: [Call].self) { group in
        for _ in 0..<6 {
          group.addTask {
            var calls: [Call] = []
            for _ in 0..<6 {
              try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 40)))
              calls.append(await self.client())
            }
            return calls
          }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
    }
  }
}
