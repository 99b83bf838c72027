import Resilience
import ResilienceSimulation
import Testing

@Suite struct BackoffGeneratorTests {
  @Test("R1.4 a loop of one's own gets 1, 2, 4 s …, and begins again after a reset")
  func sequence() {
    var delays = BackoffGenerator(jitter: .none, runtime: Simulation().runtime)
    #expect((0..<6).map { _ in delays.next() } == [1, 2, 4, 8, 16, 30].map { .seconds($0) })
    delays.reset()
    #expect(delays.next() == .seconds(1))
  }

  @Test("R1.4 the delay after a given attempt does not move the generator's own count")
  func byNumber() {
    var delays = BackoffGenerator(jitter: .none, runtime: Simulation().runtime)
    #expect(delays.nextDelay(attempt: 4) == .seconds(8))
    #expect(delays.next() == .seconds(1))
  }

  @Test("R1.4 the same seed gives the same delays, another seed others")
  func seeded() {
    func delays(_ seed: UInt64) -> [Duration] {
      var generator = BackoffGenerator(jitter: .decorrelated, runtime: Simulation(seed: seed).runtime)
      return (0..<10).map { _ in generator.next() }
    }
    #expect(delays(1) == delays(1))
    #expect(delays(1) != delays(2))
  }
}
