import Resilience
import ResilienceTesting
import Testing

@Suite struct RegistryTests {
  @Test("R2.8 asked for twice, a name is the same breaker, with the first settings and the registry's observer")
  func sameObject() async {
    let recorder = EventRecorder()
    let registry = CircuitBreakerRegistry(observer: recorder)
    let first = registry.breaker(named: "a", .init(consecutiveFailures: 1))
    #expect(registry.breaker(named: "a", .init(consecutiveFailures: 9)) === first)
    #expect(first.configuration.consecutiveFailures == 1)
    #expect(registry.existing("a") === first && registry.existing("b") == nil)
    _ = try? await first.run { throw Boom() }
    #expect(recorder.lines == ["circuitBreaker a: closed → open (1 failure)"])
  }

  @Test("R2.8 names keep the order in which they were first asked for")
  func order() {
    let registry = CircuitBreakerRegistry()
    for name in ["c", "a", "b", "a", "c"] { _ = registry.breaker(named: name) }
    #expect(registry.all.map(\.name) == ["c", "a", "b"])
  }

  @Test("R2.8 R2.12 partitions are bounded: the one not used for the longest is forgotten")
  func bounded() async {
    let breakers = KeyedCircuitBreakers<String>(
      .init(consecutiveFailures: 1), maxPartitions: 3, name: { "host \($0)" })
    let first = breakers["a"]
    #expect(first.name == "host a" && breakers["a"] === first)
    for number in 0..<10_000 {
      _ = breakers["\(number)"]
      _ = breakers["a"]  // in use: stays
      #expect(breakers.count <= 3)
    }
    #expect(breakers["a"] === first)
    #expect(breakers["0"] !== first && breakers.count == 3)
  }

  @Test("R2.8 one key's failures do not concern another")
  func independent() async {
    let breakers = KeyedCircuitBreakers<Int>(.init(consecutiveFailures: 1))
    _ = try? await breakers[1].run { throw Boom() }
    #expect(breakers[1].state() == .open && breakers[2].state() == .closed)
  }

  @Test("R2.8 settings are replaced for every key, those there are with their state and those to come")
  func replaced() async throws {
    let breakers = KeyedCircuitBreakers<Int>(.init(consecutiveFailures: 2))
    _ = try? await breakers[1].run { throw Boom() }
    _ = breakers[2]
    breakers.replace(.init(consecutiveFailures: 3))
    #expect(breakers.configuration.consecutiveFailures == 3)
    #expect((1...3).allSatisfy { breakers[$0].configuration.consecutiveFailures == 3 })
    #expect(breakers[1].snapshot().consecutiveFailures == 1)
    let problems = #expect(throws: InvalidConfiguration.self) {
      try breakers.replace(validating: .init(consecutiveFailures: 0))
    }
    #expect(problems?.problems.map(\.setting) == ["consecutiveFailures"])
    #expect(breakers[1].configuration.consecutiveFailures == 3)
    try breakers.replace(validating: .init(consecutiveFailures: 4))
    #expect(breakers[4].configuration.consecutiveFailures == 4)
  }

  @Test("R2.8 a call that holds an evicted breaker's permit ends undisturbed")
  func evicted() async throws {
    let breakers = KeyedCircuitBreakers<Int>(maxPartitions: 1)
    let permit = try await breakers[1].acquire()
    _ = breakers[2]
    permit.complete(.success)
    #expect(breakers.count == 1)
  }

  @Test("R2.8 partitions of settings that make no sense are not made, and everything wrong is said at once")
  func checkedPartitions() throws {
    let error = #expect(throws: InvalidConfiguration.self) {
      _ = try KeyedCircuitBreakers<String>(validating: .init(consecutiveFailures: 0), maxPartitions: 0)
    }
    #expect(error?.problems.map(\.setting) == ["consecutiveFailures", "maxPartitions"])
    let partitions = try KeyedCircuitBreakers<String>(validating: .redis, maxPartitions: 2)
    for key in ["a", "b", "c"] { #expect(partitions[key].configuration.openDuration == .seconds(30)) }
    #expect(partitions.count == 2)
  }
}
