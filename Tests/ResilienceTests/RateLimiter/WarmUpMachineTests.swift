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
    #expect(machine.stored - machine.threshold == 500)
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
    let half = machine.stored / 2
    guard case .granted = machine.reserve(1, at: warm + 5 * Self.second, latest: .max) else { return }
    #expect(abs(machine.coldness - (half - 1)) < 0.001)
    _ = machine.reserve(1, at: warm + 60 * Self.second, latest: .max)
    #expect(machine.coldness == machine.stored - 1)
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
}
