import Synchronization
import Testing

@testable import Resilience

/// Real threads; made for the thread sanitizer as well.
@Suite struct CircuitBreakerConcurrencyTests {
  /// A breaker that never opens, so that everything counts.
  private func counting(_ window: CircuitBreaker.Window) -> CircuitBreaker {
    CircuitBreaker("counting", .init(consecutiveFailures: nil, window: window))
  }

  private func load(_ breaker: CircuitBreaker, calls: Int, failEvery: Int) async {
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask {
          for number in 0..<calls {
            _ = try? await breaker.run { if (number + worker) % failEvery == 0 { throw Boom() } }
          }
        }
      }
    }
  }

  @Test(
    "R2.2 no outcome is lost or counted twice when four tasks record at the same time",
    arguments: [CircuitBreaker.Window.count(100_000), .time(.seconds(86_400))])
  func conserved(window: CircuitBreaker.Window) async {
    let breaker = self.counting(window)
    await self.load(breaker, calls: 5_000, failEvery: 10)
    #expect(breaker.snapshot().tally == Tally(total: 20_000, failures: 2_000))
  }

  @Test("R2.2 over the edge of the count window number and bits still agree")
  func edge() async throws {
    let breaker = self.counting(.count(100))
    await self.load(breaker, calls: 5_000, failEvery: 3)
    for _ in 0..<100 { try await breaker.run {} }
    #expect(breaker.snapshot().tally == Tally(total: 100, failures: 0))
  }

  private final class Facts: Sendable {
    let isUp = Atomic(false)
    let probes = Atomic(0)
    let mostProbing = Atomic(0)
    /// Under way, by half-open period: one that outlives its period is not heard and does not count in the next.
    private let probing = Lock<[UInt64: Int]>([:])

    func begin(_ period: UInt64) {
      self.probes.wrappingAdd(1, ordering: .relaxed)
      let now = self.probing.withLock {
        $0[period, default: 0] += 1
        return $0[period, default: 0]
      }
      self.mostProbing.max(now, ordering: .relaxed)
    }

    func end(_ period: UInt64) { self.probing.withLock { $0[period, default: 0] -= 1 } }
  }

  /// A dependency that goes up and down under load; probes are dropped, cancelled and late.
  private func flap(_ breaker: CircuitBreaker, _ facts: Facts, worker: Int, rounds: Int) async {
    for number in 1...rounds {
      if worker == 0, number % 100 == 0 {
        facts.isUp.store(!facts.isUp.load(ordering: .relaxed), ordering: .relaxed)
      }
      guard let permit = try? await breaker.acquire() else {
        await Task.yield()
        continue
      }
      let isProbe = permit.isProbe
      let period = permit.token.state
      if isProbe { facts.begin(period) }
      if number % 7 == 0 { await Task.yield() }
      let isGood = facts.isUp.load(ordering: .relaxed)
      if isProbe { facts.end(period) }
      if number % 13 == 0 { continue }  // dropped: ignored
      permit.complete(isGood ? .success : .failure)
    }
  }

  @Test("R2.3 never more probes than permitted under load, and the breaker is not stuck afterwards")
  func probes() async throws {
    let facts = Facts()
    let breaker = CircuitBreaker(
      "flapping",
      .init(
        consecutiveFailures: 5, window: .count(20), openDuration: .microseconds(100), permittedProbes: 2,
        successThreshold: 3, maxHalfOpenDuration: .seconds(600)))  // nothing but reports may free a slot
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 { group.addTask { await self.flap(breaker, facts, worker: worker, rounds: 20_000) } }
    }
    #expect((1...2).contains(facts.mostProbing.load(ordering: .relaxed)))
    #expect(facts.probes.load(ordering: .relaxed) > 20)
    for _ in 0..<200 where breaker.state() != .closed {
      try await Runtime.live.sleep(for: .milliseconds(1))
      _ = try? await breaker.run {}
    }
    #expect(breaker.state() == .closed)
  }

  @Test("R2.7 R2.9 operators and onlookers do not disturb traffic, nor traffic them")
  func operators() async {
    let breaker = CircuitBreaker(
      "busy", .init(consecutiveFailures: 3, window: .count(50), openDuration: .microseconds(50)))
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<3 {
        group.addTask {
          for number in 0..<4_000 {
            _ = try? await breaker.run { if (number / 50 + worker) % 2 == 0 { throw Boom() } }
          }
        }
      }
      group.addTask {
        for number in 0..<1_000 {
          switch number % 5 {
          case 0: breaker.take(.isolated, reason: "r", actor: "a", for: .microseconds(20))
          case 1: breaker.take(.observing, reason: "r", actor: "a")
          case 2: breaker.letGo(reason: "r", actor: "a")
          case 3: breaker.reset()
          default:
            let snapshot = breaker.snapshot()
            #expect(snapshot.tally.failures <= 50 && snapshot.transitions.count <= 32)
            #expect(!snapshot.explanation.isEmpty)
          }
        }
      }
    }
    breaker.letGo(reason: "end", actor: "a")
    breaker.reset()
    #expect(breaker.state() == .closed && breaker.snapshot().tally == Tally())
  }

  @Test("R2.14 settings and windows are replaced while tasks count, and nothing is counted in a window that is gone")
  func replaced() async {
    let windows = [CircuitBreaker.Window.count(64), .time(.seconds(10)), .count(1_000)]
    let breaker = CircuitBreaker("replaced", .init(consecutiveFailures: nil, window: windows[0]))
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<3 {
        group.addTask {
          for number in 0..<4_000 {
            _ = try? await breaker.run { if (number + worker) % 9 == 0 { throw Boom() } }
          }
        }
      }
      group.addTask {
        for number in 0..<600 {
          breaker.replace(
            .init(
              consecutiveFailures: nil, slowCallThreshold: number % 2 == 0 ? .seconds(9) : nil,
              window: windows[number % 3]))
          #expect(breaker.snapshot().tally.failures <= 4_000)
        }
      }
    }
    breaker.replace(.init(consecutiveFailures: nil, window: .count(100)))
    for number in 0..<50 { _ = try? await breaker.run { if number % 2 == 0 { throw Boom() } } }
    #expect(breaker.snapshot().tally == Tally(total: 50, failures: 25))
  }

  @Test("R2.2 a candidate hears of every call once, while tasks call and others look")
  func candidate() async {
    let breaker = self.counting(.time(.seconds(86_400)))
    breaker.setCandidate(.init(consecutiveFailures: 3, window: .count(20), openDuration: .microseconds(100)))
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<3 {
        group.addTask {
          for number in 0..<4_000 {
            _ = try? await breaker.run { if (number / 40 + worker) % 2 == 0 { throw Boom() } }
          }
        }
      }
      group.addTask {
        for _ in 0..<400 {
          #expect(breaker.snapshot().candidate?.wouldHaveAdmitted == 0)
          #expect(breaker.availability().count <= 60 && breaker.responseTimes() == nil)
        }
      }
    }
    guard let report = breaker.snapshot().candidate else {
      Issue.record("no candidate")
      return
    }
    let refused = report.wouldHaveRefused
    #expect(report.agreed + refused.succeeded + refused.failed + refused.ignored == 12_000)
    #expect(report.trips > 3 && breaker.snapshot().tally == Tally(total: 12_000, failures: 6_000))
  }

  @Test("R2.9 no outcome is lost between window and trend, however often the buckets are used again")
  func trend() async {
    let breaker = self.counting(.time(.milliseconds(10)))
    await self.load(breaker, calls: 20_000, failEvery: 10)
    let periods = breaker.availability()
    #expect(periods.reduce(0) { $0 + $1.calls } == 80_000)
    #expect(periods.reduce(0) { $0 + $1.failures } == 8_000)
  }

  @Test("R2.8 many tasks asking for the same names and keys get the same breakers")
  func registries() async {
    let registry = CircuitBreakerRegistry()
    let keyed = KeyedCircuitBreakers<Int>(maxPartitions: 5)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for number in 0..<300 {
            let name = "\(number % 10)"
            #expect(registry.breaker(named: name) === registry.breaker(named: name))
            _ = try? await keyed[number % 20].run {}
          }
        }
      }
    }
    #expect(registry.all.count == 10 && keyed.count == 5)
  }
}
