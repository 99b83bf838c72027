import Resilience
import ResilienceSimulation

/// Eight clients of one dependency that goes down for a while: timeout, retry, breaker, bulkhead and an attempt's
/// timeout, with a stale cache and a fallback around.
///
/// The production policies on virtual time.
final class OutageWorld: Sendable {
  /// How the policies are put together.
  enum Form: CaseIterable, Sendable {
    case fixed, configured
  }

  static let clients = 8
  static let callsPerClient = 12
  static let limit = 4
  static let deadline: Duration = .milliseconds(800)

  private struct Boom: Error {}

  let simulation: Simulation
  let ledger = Ledger()
  let breaker: CircuitBreaker
  let bulkhead: Bulkhead
  private let cache = StaleCache<Int, Int>("cache", .init(maxAge: .seconds(1)))
  private let fixed: Pipeline<Stack<Timeout, Stack<Retry, Stack<CircuitBreaker, Stack<Bulkhead, Timeout>>>>>
  private let configured: ConfiguredPipeline?
  private let downFrom: Instant
  private let downUntil: Instant

  init(seed: UInt64, form: Form) throws {
    let simulation = Simulation(seed: seed)
    self.simulation = simulation
    self.downFrom = simulation.now() + Int64(simulation.random() % 2_000) * 1_000_000
    self.downUntil = self.downFrom + Int64(500 + simulation.random() % 4_000) * 1_000_000
    self.ledger.setOutage(from: self.downFrom, until: self.downUntil)
    let configuration = CircuitBreaker.Configuration(
      consecutiveFailures: seed % 4 < 2 ? 4 : nil, failureRateThreshold: seed % 4 < 2 ? nil : 0.5,
      window: seed % 2 == 0 ? .count(10) : .time(.seconds(2)), minimumCalls: 4, openDuration: .milliseconds(200),
      openDurationFactor: seed % 3 == 0 ? 1.5 : 1, maxOpenDuration: .milliseconds(500), permittedProbes: 2,
      maxHalfOpenDuration: .seconds(1))
    let breaker = CircuitBreaker("breaker", configuration, observer: self.ledger)
    let bulkhead = Bulkhead("bulkhead", .init(maxConcurrent: Self.limit, maxQueue: 2, maxWait: .milliseconds(100)))
    let whole = Timeout(Self.deadline, name: "whole")
    let attempt = Timeout(.milliseconds(350), name: "attempt")
    let retry = Retry(maxAttempts: 3, backoff: .exponential(initial: .milliseconds(50), max: .milliseconds(400)))
    self.fixed = Pipeline(runtime: simulation.runtime) {
      whole
      retry
      breaker
      bulkhead
      attempt
    }
    self.configured =
      form == .fixed
      ? nil
      : try ConfiguredPipeline([
        .timeout(whole), .retry(retry), .circuitBreaker(breaker), .bulkhead(bulkhead), .timeout(attempt),
      ])
    self.breaker = breaker
    self.bulkhead = bulkhead
  }

  private func dependency() async throws -> Int {
    let runtime = self.simulation.runtime
    let start = runtime.now()
    self.ledger.entered()
    defer { self.ledger.left() }
    let isDown = start >= self.downFrom && start < self.downUntil
    if isDown, runtime.random() % 20 == 0 { try await runtime.sleep(until: .max) }
    try await runtime.sleep(for: .milliseconds(Int(runtime.random() % 300)))
    if isDown { throw Boom() }
    return 1
  }

  private func call() async throws -> Int {
    if let configured {
      return try await configured.execute(in: Context(self.simulation.runtime)) { _ in try await self.dependency() }
    }
    return try await self.fixed { try await self.dependency() }
  }

  /// One client's call, with everything that answers in its place.
  private func answered(_ client: Int) async -> String {
    let fallback = self.cache.fallback(for: client).then(.value(0, named: "nothing"))
    do {
      let answer = try await fallback.answer(in: Context(self.simulation.runtime)) { _ in
        let value = try await self.call()
        self.cache.store(value, for: client, on: self.simulation.runtime)
        return value
      }
      guard let degradation = answer.degradation else { return "ok" }
      let reason = (degradation.cause as? Rejection)?.reason.rawValue ?? "\(type(of: degradation.cause))"
      return "\(degradation.source) because \(reason)"
    } catch { return "\(error)" }
  }

  private func client(_ number: Int) async {
    let runtime = self.simulation.runtime
    for call in 0..<Self.callsPerClient {
      try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 400)))
      let start = runtime.now()
      let outcome = await self.answered(number)
      self.ledger.ended("\(number).\(call)", outcome, took: runtime.now() - start, at: runtime.now())
    }
  }

  /// All clients to their end, and then one patient caller, who must get through.
  func run() throws -> Ledger.Facts {
    try self.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<Self.clients { group.addTask { await self.client(number) } }
      }
    }
    self.ledger.close(occupancy: self.bulkhead.occupancy)
    let runtime = self.simulation.runtime
    try self.simulation.run {
      for _ in 0..<8 where self.breaker.state(on: runtime) != .closed {
        try await runtime.sleep(for: .milliseconds(1_100))
        _ = try? await self.fixed { 1 }
      }
    }
    self.ledger.settle(self.breaker.state(on: runtime))
    return self.ledger.facts
  }
}
