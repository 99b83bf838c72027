import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct RetryBudgetMachineTests {
  private static let second: Instant = 1_000_000_000

  private func machine(
    ratio: Double, minimum: Double = 0, capacity: Int = 100, lifetime: Duration = .seconds(10)
  ) -> RetryBudgetMachine {
    RetryBudgetMachine(
      .traffic(ratio: ratio, minimumPerSecond: minimum, capacity: capacity, depositLifetime: lifetime))
  }

  private func spend(_ machine: inout RetryBudgetMachine) -> Int {
    var spent = 0
    while machine.withdraw() { spent += 1 }
    return spent
  }

  @Test("R1.8 ten calls that pay a tenth each buy exactly one retry")
  func exact() {
    var machine = self.machine(ratio: 0.1)
    machine.advance(to: 0)
    machine.deposit(calls: 9)
    #expect(self.spend(&machine) == 0)
    machine.deposit(calls: 1)
    #expect(self.spend(&machine) == 1 && machine.balance == 0)
  }

  @Test("R1.8 a deposit can be taken for nine tenths of its life at least, and never after it")
  func expiry() {
    for start in stride(from: Instant(0), to: Self.second, by: 100_000_000) {
      for (age, isThere) in [(9 * Self.second - 1, true), (10 * Self.second, false)] {
        var machine = self.machine(ratio: 1)
        machine.advance(to: 0)
        machine.advance(to: start)
        machine.deposit(calls: 1)
        machine.advance(to: start + age)
        #expect(self.spend(&machine) == (isThere ? 1 : 0), "\(start) \(age)")
      }
    }
  }

  @Test("R1.8 never more than the capacity is saved, from traffic and time together")
  func capacity() {
    var machine = self.machine(ratio: 0.2, minimum: 10, capacity: 100)
    machine.advance(to: 5)
    #expect(machine.available == 100)
    machine.deposit(calls: 100_000)
    machine.advance(to: 7 * Self.second)
    #expect(self.spend(&machine) == 100)
  }

  @Test("R1.8 without traffic the minimum per second remains")
  func minimum() {
    var machine = self.machine(ratio: 0.2, minimum: 10)
    machine.advance(to: 0)
    _ = self.spend(&machine)
    var granted = 0
    for step in 1...Instant(1_000) {
      machine.advance(to: step * Self.second / 50)
      if machine.withdraw() { granted += 1 }
    }
    #expect(granted == 200)
  }

  @Test("R1.8 after a sleep of just one lifetime, or a nanosecond less or more, the minimum of one lifetime is there")
  func lifetime() {
    for more in Instant(-1)...1 {
      var machine = self.machine(ratio: 0, minimum: 10, capacity: 1_000)
      machine.advance(to: 0)
      #expect(self.spend(&machine) == 100)
      // Its first slice ends after a second.
      machine.advance(to: 11 * Self.second + more)
      #expect(abs(machine.available - 100) < 0.000_01, "\(more) ns")
    }
  }

  @Test("R1.8 the machine and a list of deposits agree about everything, whatever happens")
  func model() {
    var chance = SeededGenerator(seed: 8)
    for _ in 0..<400 {
      let perCall = Int.random(in: 0...1_500_000, using: &chance)
      let perSecond = Int.random(in: 0...20_000_000, using: &chance)
      let capacity = Int.random(in: 1...30, using: &chance)
      var machine = self.machine(
        ratio: Double(perCall) / 1e6, minimum: Double(perSecond) / 1e6, capacity: capacity, lifetime: .seconds(1))
      var reference = ReferenceBudget(
        perCall: perCall, perSecond: perSecond, capacity: capacity * 1_000_000, slice: 100_000_000)
      var now = Int.random(in: 0...1_000_000_000, using: &chance)
      for _ in 0..<200 {
        now += Int.random(in: 0...(chance.next() % 20 == 0 ? 3_000_000_000 : 60_000_000), using: &chance)
        machine.advance(to: Instant(now))
        reference.advance(to: now)
        if Bool.random(using: &chance) {
          machine.deposit(calls: 1)
          reference.call()
        } else {
          let granted = machine.withdraw()
          let expected = reference.withdraw()
          #expect(granted == expected)
        }
        #expect(machine.balance == Int64(reference.balance))
        if machine.balance != Int64(reference.balance) { return }
      }
    }
  }

  @Test("R1.8 at every moment what was granted is at most what was there and what was earned since")
  func bound() {
    var chance = SeededGenerator(seed: 9)
    for _ in 0..<200 {
      var machine = self.machine(ratio: 0.25, minimum: 2, capacity: 40, lifetime: .seconds(5))
      var (now, calls, granted) = (Instant(0), 0, 0)
      machine.advance(to: 0)
      for _ in 0..<500 {
        now += Instant.random(in: 0...500_000_000, using: &chance)
        machine.advance(to: now)
        let batch = Int.random(in: 0...10, using: &chance)
        machine.deposit(calls: batch)
        calls += batch
        if chance.next() % 3 > 0, machine.withdraw() { granted += 1 }
        #expect(Double(granted) <= 10 + 0.25 * Double(calls) + 2 * Double(now) / 1e9)
        #expect((0...40_000_000).contains(machine.balance))
      }
    }
  }

  @Test("a clock that goes back, or a very long sleep, earns nothing that is not due")
  func time() {
    var machine = self.machine(ratio: 0, minimum: 100_000, capacity: 1_000_000, lifetime: .seconds(600))
    machine.advance(to: 50 * Self.second)
    let start = machine.balance
    machine.advance(to: 49 * Self.second)
    #expect(machine.balance == start)
    machine.advance(to: .max / 4)
    #expect(machine.available == 1_000_000)
  }
}
