import Resilience
import Testing

/// Real registries kept a breaker for every host that was ever named, until memory was full.
@Suite struct KeyedStateDoesNotGrowTests {
  @Test("R2.8 a hundred thousand keys do not leave more breakers than permitted")
  func bounded() {
    let breakers = KeyedCircuitBreakers<Int>(.init(window: .count(1)), maxPartitions: 10)
    for key in 0..<100_000 { _ = breakers[key] }
    #expect(breakers.count == 10)
    #expect(breakers[99_999] === breakers[99_999])
  }
}
