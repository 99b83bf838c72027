import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct WarmUpMachineTests {
  private static let second: Int64 = 1_000_000_000

  /// The spaces between permits under constant pressure.
  private func spaces(_ machine: inout WarmUpMachine, from start: Int64, count: Int) -> [Int64] {
    var dues: [Int64] = []
    for _ in 0...count {
      if case .granted(let due, _) = machine.reserve(1, at: start, latest: .max) { dues.append(due) }
    }
    return zip(dues.dropFirst(), dues).map { $0 - $1 }
  }

  @Test("R6.7 locally: from cold, the space shrinks from three times the usual to the usual in the time set")
  func closedForm() {
    var machine = WarmUpMachine(interval: Self.second / 100, warmUp: 10 * Self.second, coldFactor: 3)
    // 500 permits lie above the threshold: 2 × 10 s / (10 ms + 30 ms).
    #expect(machine.law.stored - machine.law.threshold == 500)
    let spaces = self.spaces(&machine, from: 5 * Self.second, count: 1_000)
    #expect(abs(spaces[0] - 29_980_000) < 1_000)
    #expect(zip(spaces, spaces.dropFirst()).allSatisfy { $0 + 1 >= $1 })
    #expect(abs(spaces.prefix(500).reduce(0, +) - 10 * Self.second) < 1_000)
    #expect(spaces.dropFirst(500).allSatisfy { abs($0 - 10_000_000) <= 1 })
  }

  @Test("R6.7 locally: it never gives more than the usual rate, and a pause makes it cold again")
  func cooling() {
    var machine = WarmUpMachine(interval: Self.second / 100, warmUp: 10 * Self.second, coldFactor: 3)
    _ = self.spaces(&machine, from: Self.second, count: 2_000)
    let warm = machine.nextFree
    #expect(machine.coldness == 0)
    let half = machine.law.stored / 2
    guard case .granted = machine.reserve(1, at: warm + 5 * Self.second, latest: .max) else { return }
    #expect(abs(machine.coldness - (half - 1)) < 0.001)
    _ = machine.reserve(1, at: warm + 60 * Self.second, latest: .max)
    #expect(machine.coldness == machine.law.stored - 1)
  }

  @Test("R6.7 locally: who comes too early is told exactly when to come back, and reservations can be given back")
  func answers() {
    var machine = WarmUpMachine(interval: 10, warmUp: 100, coldFactor: 3)
    guard case .granted(let first, let state) = machine.reserve(1, at: 1_000, latest: 1_000) else {
      Issue.record("refused the first")
      return
    }
    let early = machine.reserve(1, at: 1_005, latest: 1_005)
    #expect(first == 1_000 && early == .refused(retryAfter: state - 1_005))
    guard case .granted(let second, let later) = machine.reserve(1, at: 1_005, latest: 2_000) else {
      Issue.record("refused a patient caller")
      return
    }
    #expect(second == state && later > state)
    machine.giveBack(at: second, state: later)
    #expect(machine.nextFree == state)
  }

  /// The published law, word for word: what one call does to a state.
  private func published(
    _ machine: WarmUpMachine, _ factor: Double, permits: Double, at now: Instant
  ) -> (due: Instant, nextFree: Double, coldness: Double) {
    let (interval, length) = (Double(machine.law.interval), Double(machine.law.length))
    let threshold = 0.5 * length / interval
    let stored = threshold + 2 * length / (interval + factor * interval)
    let slope = (factor * interval - interval) / (stored - threshold)
    let due = max(now, machine.nextFree)
    let coldness = min(stored, machine.coldness + Double(due - machine.nextFree) / (length / stored))
    func space(_ left: Double) -> Double { interval + max(0, left - threshold) * slope }
    // The area under the line: halves of its pieces' ends, cut at the threshold.
    let end = coldness - permits
    let cut = min(coldness, max(threshold, end))
    let area = (space(coldness) + space(cut)) / 2 * (coldness - cut) + interval * (cut - end)
    return (due, Double(due) + area, max(0, end))
  }

  @Test("R6.7 locally: whole numbers tell what the published law tells, from any state", arguments: 1...40)
  func againstTheLaw(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    let interval = Int64.random(in: 1_000...100_000_000, using: &random)
    let factor = seed % 3 == 0 ? 3 : Double.random(in: 1.1...20, using: &random)
    let length = interval * Int64.random(in: 1...2_000, using: &random)
    var machine = WarmUpMachine(interval: interval, warmUp: length, coldFactor: factor)
    _ = machine.reserve(1, at: 0, latest: 0)
    var (now, taken, asked) = (Instant(0), 0, 0)
    for _ in 0..<2_000 {
      // Pauses and rows of calls, so that all regimes are passed.
      now = max(now, machine.nextFree) + (Int.random(in: 0..<50, using: &random) == 0 ? length / 3 : 0)
      now += Int64.random(in: -interval / 2...interval, using: &random)
      let permits = Int.random(in: 0..<8, using: &random) == 0 ? Int.random(in: 2...20, using: &random) : 1
      let expected = self.published(machine, factor, permits: Double(permits), at: now)
      var quick = machine
      let reply = machine.reserve(permits, at: now, latest: permits == 1 ? now : .max)
      if permits == 1 {
        let isTaken = quick.takeOne(at: now)
        #expect(isTaken == nil || quick == machine)
        if let isTaken {
          taken += 1
          #expect(isTaken == (reply == .granted(at: now, state: machine.nextFree)))
        } else {
          asked += 1
        }
      }
      guard case .granted(let due, _) = reply else { continue }
      #expect(due == expected.due && abs(Double(machine.nextFree) - expected.nextFree) <= 2)
      #expect(abs(machine.coldness - expected.coldness) <= Double(permits) * 0.001 + 1e-9)
    }
    #expect(taken > 100 && asked + taken > 1_000)
  }
}
