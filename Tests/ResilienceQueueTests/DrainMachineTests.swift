import Resilience
import ResilienceSimulation
import Testing

@testable import ResilienceQueue

@Suite("What decides about draining")
struct DrainMachineTests {
  private static let second: Instant = 1_000_000_000

  private func machine(concurrency: Int = 8, interval: Int64 = 0) -> DrainMachine {
    DrainMachine(.init(concurrency: concurrency, interval: interval, pause: Self.second, poll: Self.second))
  }

  /// Claims what it wants, all of which is there; how many.
  private func claim(_ machine: inout DrainMachine, at now: Instant) -> Int {
    guard case .claim(let count) = machine.next(at: now) else { return 0 }
    machine.claimed(count, of: count, nextDue: nil, at: now)
    return count
  }

  @Test("R5.4 it begins with one item and doubles with each round of successes up to its concurrency")
  func slowStart() {
    var machine = self.machine()
    var rounds: [Int] = []
    for _ in 0..<6 {
      let count = self.claim(&machine, at: 0)
      rounds.append(count)
      for _ in 0..<count { machine.ended(.success, at: 0) }
    }
    #expect(rounds == [1, 2, 4, 8, 8, 8])
    machine.ended(.failure, at: 0)
    #expect(machine.allowed == 4)
  }

  @Test("R5.4 after a refusal it takes nothing until the pause is over, and then one item")
  func pauses() {
    var machine = self.machine()
    for _ in 0..<4 {
      let count = self.claim(&machine, at: 0)
      for _ in 0..<count { machine.ended(.success, at: 0) }
    }
    let count = self.claim(&machine, at: 0)
    for _ in 0..<count { machine.ended(.refused(after: 5 * Self.second), at: 0) }
    #expect(machine.isPaused)
    machine.changed()
    #expect(machine.next(at: 5 * Self.second - 1) == .wait(5 * Self.second))
    #expect(self.claim(&machine, at: 5 * Self.second) == 1)
    machine.ended(.refused(after: nil), at: 6 * Self.second)
    #expect(machine.next(at: 6 * Self.second) == .wait(7 * Self.second))
  }

  @Test("R5.4 a pause that is ended before its time begins slowly again, and nothing else is changed by it")
  func resumed() {
    var machine = self.machine()
    #expect(self.claim(&machine, at: 0) == 1)
    machine.ended(.refused(after: 600 * Self.second), at: 0)
    machine.changed()
    #expect(machine.next(at: Self.second) == .wait(600 * Self.second))
    machine.resume()
    #expect(!machine.isPaused)
    #expect(self.claim(&machine, at: Self.second) == 1)
    machine.resume()
    #expect(machine.next(at: Self.second) == .wait(.max))
    machine.stop()
    machine.resume()
    machine.ended(.success, at: Self.second)
    #expect(machine.next(at: Self.second) == .finished)
  }

  @Test("An empty store is asked again when something is due, when something was enqueued, or after the poll interval")
  func empty() {
    var machine = self.machine()
    #expect(machine.next(at: 0) == .claim(1))
    machine.claimed(0, of: 1, nextDue: 300_000_000, at: 0)
    #expect(machine.next(at: 1) == .wait(300_000_000))
    machine.changed()
    #expect(machine.next(at: 1) == .claim(1))
    machine.claimed(0, of: 1, nextDue: nil, at: 1)
    #expect(machine.next(at: 2) == .wait(Self.second + 1))
  }

  @Test("A store that fails is asked less and less often, and not sooner because something was enqueued")
  func storeFails() {
    var machine = self.machine()
    var now: Instant = 0
    var delays: [Instant] = []
    for _ in 0..<8 {
      #expect(machine.next(at: now) == .claim(1))
      machine.storeFailed(wanted: 1, at: now)
      machine.changed()
      guard case .wait(let until) = machine.next(at: now) else {
        Issue.record("it does not wait")
        return
      }
      delays.append((until - now) / 1_000_000)
      now = until
    }
    #expect(delays == [100, 200, 400, 800, 1600, 3200, 5000, 5000])
  }

  @Test("A pace of one item in centuries is a long wait, and what is no pace at all is none")
  func slowestPace() {
    let rates: [(rate: Double, isPaced: Bool)] = [
      (1e-10, true), (1e-300, true), (.leastNonzeroMagnitude, true), (.nan, false), (0, false), (-1, false),
    ]
    for (rate, isPaced) in rates {
      var configuration = WorkQueue.Configuration()
      configuration.itemsPerSecond = rate
      var machine = DrainMachine(configuration.drain)
      #expect(self.claim(&machine, at: 0) == 1)
      machine.ended(.success, at: 0)
      #expect(self.claim(&machine, at: 1_000_000 * Self.second) == (isPaced ? 0 : 2), "\(rate)")
    }
  }

  @Test("Stopped, it is finished when nothing is in flight any more")
  func stops() {
    var machine = self.machine()
    #expect(self.claim(&machine, at: 0) == 1)
    machine.stop()
    #expect(machine.next(at: 0) == .wait(.max))
    machine.ended(.success, at: 0)
    #expect(machine.next(at: 0) == .finished)
  }

  @Test("R5.4 whatever happens, never more in flight than may be, nothing while paused, and never above the pace")
  func properties() {
    for seed in 0..<300 as Range<UInt64> {
      var chance = SeededGenerator(seed: seed)
      func below(_ bound: UInt64) -> Int64 { Int64(chance.next() % bound) }
      let interval = Int64(1_000_000 * (below(3) * 20))
      var machine = self.machine(concurrency: 1 + Int(below(9)), interval: interval)
      let most = 9
      var now: Instant = 0
      var begun: [Instant] = []
      for _ in 0..<300 {
        now += below(30) * 1_000_000
        switch machine.next(at: now) {
        case .claim(let count):
          #expect(count > 0 && machine.inFlight <= machine.allowed && machine.allowed <= most && !machine.isPaused)
          if below(8) == 0 {
            machine.storeFailed(wanted: count, at: now)
          } else {
            let got = Int(below(UInt64(count) + 1))
            machine.claimed(got, of: count, nextDue: below(2) == 0 ? nil : below(100) * 1_000_000, at: now)
            begun += Array(repeating: now, count: got)
          }
        case .wait(let until): #expect(until > now)
        case .finished: Issue.record("finished without being stopped")
        }
        #expect(machine.inFlight >= 0)
        if machine.inFlight > 0, below(2) == 0 {
          let outcomes: [DrainMachine.Outcome] = [.success, .success, .failure, .settled, .refused(after: 50_000_000)]
          machine.ended(outcomes[Int(below(5))], at: now)
        }
      }
      guard interval > 0 else { continue }
      // A second's worth may be made up for; beyond that the pace holds over every stretch.
      for (index, first) in begun.enumerated() {
        for (count, later) in begun[index...].enumerated() {
          #expect(Int64(count) <= (later - first + 1_000_000_000) / interval + 1)
        }
      }
    }
  }
}
