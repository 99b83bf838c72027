import Testing

@testable import Resilience

@Suite struct CircuitBreakerFootprintTests {
  private static let configurations: [(name: String, settings: CircuitBreaker.Configuration, most: Int)] = [
    ("default", .init(), 9_000),
    ("1,000 calls", .init(window: .count(1_000)), 9_000),
    ("1,000,000 calls, slow ones as well", .init(slowCallThreshold: .seconds(1), window: .count(1_000_000)), 264_000),
    ("measured", .init(recordsDurations: true), 14_000),
  ]

  @Test("R2.12 a breaker's memory is what its settings say, whatever it has seen", arguments: 0..<4)
  func constant(index: Int) throws {
    let (name, settings, most) = Self.configurations[index]
    let driver = BreakerDriver(settings)
    let before = driver.breaker.footprint
    #expect(before <= most, "\(name)")
    for number in 0..<20_000 {
      try? driver.call(number % 50 > 30 ? .success : .failure, took: .milliseconds(number % 50), number: number)
      if number % 7 == 0 { driver.time.advance(by: .seconds(number % 90)) }
    }
    #expect(driver.breaker.footprint == before && driver.snapshot.trips > 3, "\(name)")
  }

  @Test("R2.12 settings that go back and forth take no more memory than one window each")
  func replaced() {
    let driver = BreakerDriver(.init(window: .count(100)))
    var most = 0
    for number in 0..<300 {
      driver.breaker.replace(.init(window: number % 2 == 0 ? .time(.seconds(9)) : .count(100)), on: driver.runtime)
      if number == 1 { most = driver.breaker.footprint }
    }
    #expect(driver.breaker.footprint == most)
  }
}
