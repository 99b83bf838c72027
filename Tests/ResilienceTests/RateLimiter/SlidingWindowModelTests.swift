import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct SlidingWindowModelTests {
  enum Step: CaseIterable { case one, two, wait1, wait7, wait20 }

  /// The machine beside a log of all that it has granted.
  struct World {
    var machine: SlidingWindowMachine
    var log: [Int64] = []
    var now: Int64 = 1_000
    let length: Int64 = 40

    init(permits: Int) { self.machine = SlidingWindowMachine(permits: permits, per: 40) }

    mutating func apply(_ step: Step) -> String? {
      switch step {
      case .wait1: self.now += 1
      case .wait7: self.now += 7
      case .wait20: self.now += 20
      case .one: return self.take(1)
      case .two: return self.take(2)
      }
      return nil
    }

    private mutating func take(_ permits: Int) -> String? {
      let slice = self.length / 20
      // In an exact window, and in one that is longer by a twentieth.
      let exact = self.log.count { $0 > self.now - self.length }
      let longer = self.log.count { $0 > self.now - self.length - slice }
      switch self.machine.take(permits, at: self.now) {
      case .granted:
        self.log += Array(repeating: self.now, count: permits)
        return exact + permits <= self.machine.limit ? nil : "granted more than the window may hold"
      case .refused(nil): return permits > self.machine.limit ? nil : "refused for ever"
      case .refused(let wait?):
        if longer + permits <= self.machine.limit { return "refused by more than a twentieth too late" }
        return self.isExact(wait, permits) ? nil : "a wrong retryAfter: \(wait)"
      }
    }

    private func isExact(_ wait: Int64, _ permits: Int) -> Bool {
      var early = self.machine
      var punctual = self.machine
      let moment = self.now + wait
      guard wait > 0, case .refused = early.take(permits, at: moment - 1) else { return false }
      return punctual.take(permits, at: moment) == .granted(at: moment, state: moment)
    }
  }

  private func explore(_ world: World, _ path: [Step], depth: Int) -> Int {
    guard depth > 0 else { return 0 }
    var count = 0
    for step in Step.allCases {
      var next = world
      count += 1
      if let problem = next.apply(step) {
        Issue.record("after \(path + [step]): \(problem)")
        return count
      }
      count += self.explore(next, path + [step], depth: depth - 1)
    }
    return count
  }

  @Test(
    "R6.7 locally: a sliding window is never exceeded and at most a twentieth late, in all sequences of seven events",
    arguments: 1...3)
  func exhaustive(permits: Int) {
    #expect(self.explore(World(permits: permits), [], depth: 7) > 50_000)
  }

  @Test("R6.7 locally: and in long random ones", arguments: UInt64(0)..<60)
  func random(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    var world = World(permits: 1 + Int(chance.next() % 9))
    for number in 0..<600 {
      let step = Step.allCases[Int(chance.next() % UInt64(Step.allCases.count))]
      if let problem = world.apply(step) { Issue.record("event \(number): \(problem)") }
    }
  }

  @Test("R6.7 locally: a clock that another thread read earlier changes nothing")
  func backwards() {
    var machine = SlidingWindowMachine(permits: 2, per: 40)
    let first = machine.take(2, at: 1_000)
    #expect(first == .granted(at: 1_000, state: 1_000))
    let second = machine.take(1, at: 990)
    #expect(second == .refused(retryAfter: 1_042 - 990))
  }
}
