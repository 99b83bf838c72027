import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@Suite("Breakers that instances share")
struct SharedCircuitBreakersTests {
  private struct Outage: Error {}

  /// After how many virtual milliseconds something that happens at one instance has reached the other, which looks
  /// for news in a rhythm of its own.
  private static func delay(
    seed: UInt64, _ happen: @escaping @Sendable (CircuitBreaker, InMemoryOpinionExchange, Context) async -> Void,
    reaches state: CircuitBreaker.State
  ) throws -> Int64 {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    return try simulation.run {
      let exchange = InMemoryOpinionExchange(runtime)
      let breakers = (0..<2).map { _ in
        CircuitBreaker("mail", .init(consecutiveFailures: 5, openDuration: .seconds(600)))
      }
      var tasks: [Task<Void, Never>] = []
      for (number, breaker) in breakers.enumerated() {
        let sharer = SharedCircuitBreakers(exchange, instance: "i\(number)", on: runtime)
        sharer.share([breaker])
        tasks.append(runtime.spawn { await sharer.run() })
        try await runtime.sleep(for: .milliseconds(runtime.random() % 1_000))
      }
      defer { for task in tasks { task.cancel() } }
      let context = Context(runtime)
      // The other one has seen failures as well, too few to open.
      for _ in 0..<2 { _ = try? await breakers[1].execute(in: context) { _ in throw Outage() } }
      let start = runtime.now()
      await happen(breakers[0], exchange, context)
      while breakers[1].state(on: runtime) != state, runtime.now() - start < 60_000_000_000 {
        try await runtime.sleep(for: .milliseconds(1))
      }
      return (runtime.now() - start) / 1_000_000
    }
  }

  @Test("R2.11 a trip has opened another instance that sees failures as well within a second, whatever their rhythms")
  func trip() throws {
    for seed in 0..<100 as Range<UInt64> {
      let delay = try Self.delay(
        seed: seed,
        { breaker, _, context in
          for _ in 0..<5 { _ = try? await breaker.execute(in: context) { _ in throw Outage() } }
        }, reaches: .open)
      #expect(delay <= 1_000, "seed \(seed)")
    }
  }

  @Test("R2.11 an operator's decision binds another instance within a second, whatever its rhythm")
  func decision() throws {
    for seed in 0..<100 as Range<UInt64> {
      let delay = try Self.delay(
        seed: seed,
        { _, exchange, _ in
          exchange.decide([BreakerOverride(breaker: "mail", state: .isolated, reason: "drill", actor: "ada", since: 1)])
        }, reaches: .isolated)
      #expect(delay <= 1_000, "seed \(seed)")
    }
  }
}
