import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

/// Breakers that share their state opened everywhere when one instance had a broken network card: hearsay was taken for
/// evidence, and each that had opened because of it was a witness for the next.
@Suite struct OneInstanceDoesNotPoisonAllTests {
  private struct Outage: Error {}

  /// Instances of one service that exchange what they think.
  private struct Service {
    let breakers: [CircuitBreaker]
    let sharers: [SharedCircuitBreakers]
    let exchange: InMemoryOpinionExchange
    let runtime: Runtime

    init(_ count: Int, _ runtime: Runtime) {
      let exchange = InMemoryOpinionExchange(runtime)
      let breakers = (0..<count).map { _ in
        CircuitBreaker("mail", .init(consecutiveFailures: 5, openDuration: .seconds(5), successThreshold: 1))
      }
      self.breakers = breakers
      self.exchange = exchange
      self.runtime = runtime
      self.sharers = breakers.enumerated().map { number, breaker in
        let sharer = SharedCircuitBreakers(exchange, instance: "i\(number)", on: runtime)
        sharer.share([breaker])
        return sharer
      }
    }

    func call(_ number: Int, succeeds: Bool) async {
      _ = try? await self.breakers[number].execute(in: Context(self.runtime)) { _ in
        if !succeeds { throw Outage() }
      }
    }

    func exchangeAll() async { for sharer in self.sharers { await sharer.step() } }
    func states() -> [CircuitBreaker.State] { self.breakers.map { $0.state(on: self.runtime) } }
  }

  @Test(
    "R2.11 one instance whose every call fails, for ten minutes, opens no other; 2 to 7 instances", arguments: 2...7)
  func onePoisons(count: Int) throws {
    let simulation = Simulation(seed: UInt64(count))
    let runtime = simulation.runtime
    let opened = try simulation.run {
      let service = Service(count, runtime)
      var opened: Set<Int> = []
      for second in 0..<600 {
        for number in 0..<count {
          // A failure now and then is everybody's life.
          for call in 0..<10 {
            await service.call(number, succeeds: number > 0 && (second * 7 + call + number) % 23 != 0)
          }
        }
        await service.exchangeAll()
        for (number, state) in service.states().enumerated() where state != .closed { opened.insert(number) }
        try await runtime.sleep(for: .milliseconds(250))
        await service.exchangeAll()
        try await runtime.sleep(for: .milliseconds(750))
      }
      return opened
    }
    #expect(opened == [0])
  }

  @Test("R2.11 who has opened because of another is no witness: two bad instances of five stay two")
  func noChain() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let states = try simulation.run {
      let service = Service(5, runtime)
      await service.exchangeAll()
      for _ in 0..<2 { await service.call(2, succeeds: false) }  // confirms, and follows
      for number in 0..<2 { for _ in 0..<5 { await service.call(number, succeeds: false) } }
      for _ in 0..<10 {
        await service.exchangeAll()
        try await runtime.sleep(for: .milliseconds(250))
      }
      return service.states()
    }
    #expect(states == [.open, .open, .open, .closed, .closed])
  }

  @Test("R2.11 when all fail, all have opened within one exchange of the first trip, with a tenth of the failures each")
  func allFail() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let states = try simulation.run {
      let service = Service(4, runtime)
      await service.exchangeAll()
      for number in 1..<4 { for _ in 0..<2 { await service.call(number, succeeds: false) } }
      for _ in 0..<5 { await service.call(0, succeeds: false) }
      await service.exchangeAll()
      return service.states()
    }
    #expect(states == [.open, .open, .open, .open])
  }

  @Test("R2.11 a breaker that has recovered is not opened again by opinions that stood before")
  func recovers() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let states = try simulation.run {
      let service = Service(3, runtime)
      await service.exchangeAll()
      for _ in 0..<2 { await service.call(1, succeeds: false) }
      var history: [[CircuitBreaker.State]] = []
      for second in 0..<20 {
        await service.call(0, succeeds: false)
        for _ in 0..<5 { await service.call(0, succeeds: false) }
        if second > 5 { for _ in 0..<3 { await service.call(1, succeeds: true) } }
        await service.exchangeAll()
        history.append(service.states())
        try await runtime.sleep(for: .seconds(1))
      }
      return history
    }
    #expect(states[0][1] == .open)
    #expect(states.suffix(10).allSatisfy { $0[1] == .closed && $0[2] == .closed })
  }

  @Test("R2.11 without the exchange each decides by itself, and what others thought is forgotten")
  func loss() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let (isShared, states) = try simulation.run {
      let service = Service(3, runtime)
      await service.exchangeAll()
      for _ in 0..<5 { await service.call(0, succeeds: false) }
      await service.sharers[0].step()
      service.exchange.fail(with: StoreFailure(.unreachable, store: "memory", detail: "Gone.", remedy: "Wait."))
      for _ in 0..<2 { await service.call(1, succeeds: false) }
      await service.exchangeAll()
      return (service.sharers[1].isShared, service.states())
    }
    #expect(!isShared && states == [.open, .closed, .closed])
  }
}
