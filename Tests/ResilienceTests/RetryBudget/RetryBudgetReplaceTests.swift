import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct RetryBudgetReplaceTests {
  private let time = ManualTime()

  @Test("R1.8 other settings keep what was saved, up to the new capacity, the oldest is lost first")
  func capacity() throws {
    let budget = RetryBudget("b", .traffic(ratio: 1, minimumPerSecond: 0, capacity: 100, depositLifetime: .seconds(10)))
    for _ in 0..<40 { budget.callStarted(at: self.time.now()) }
    self.time.advance(by: .seconds(5))
    for _ in 0..<20 { budget.callStarted(at: self.time.now()) }
    #expect(budget.status(at: self.time.now()).available == 60)
    let smaller = RetryBudget.Configuration.traffic(
      ratio: 0.5, minimumPerSecond: 0, capacity: 30, depositLifetime: .seconds(10))
    try budget.replace(validating: smaller, on: self.time.runtime)
    #expect(budget.status(at: self.time.now()).available == 30 && budget.configuration == smaller)
    // Of the 30 that are left 20 are young: they outlive the others.
    self.time.advance(by: .seconds(5))
    #expect(budget.status(at: self.time.now()).available == 20)
    for _ in 0..<10 { budget.callStarted(at: self.time.now()) }
    #expect(budget.status(at: self.time.now()).available == 25)
  }

  @Test("R1.8 a shorter lifetime lets old deposits expire sooner, a longer one keeps those to come for longer")
  func lifetime() throws {
    let budget = RetryBudget("b", .traffic(ratio: 1, minimumPerSecond: 0, depositLifetime: .seconds(100)))
    for _ in 0..<10 { budget.callStarted(at: self.time.now()) }
    try budget.replace(
      validating: .traffic(ratio: 1, minimumPerSecond: 0, depositLifetime: .seconds(1)), on: self.time.runtime)
    self.time.advance(by: .milliseconds(850))
    #expect(budget.status(at: self.time.now()).available == 10)
    self.time.advance(by: .milliseconds(200))
    #expect(budget.status(at: self.time.now()).available == 0)
    try budget.replace(
      validating: .traffic(ratio: 1, minimumPerSecond: 0, depositLifetime: .seconds(600)), on: self.time.runtime)
    self.time.advance(by: .seconds(1))
    budget.callStarted(at: self.time.now())
    self.time.advance(by: .seconds(500))
    #expect(budget.status(at: self.time.now()).available == 1)
  }

  @Test("R1.8 a smaller share of the calls under way stops nobody, and nobody begins until enough have ended")
  func concurrent() throws {
    let budget = RetryBudget("b", .concurrency(ratio: 0, minimum: 4))
    budget.callStarted(at: 0)
    for _ in 0..<4 { #expect(budget.tryStartExtraAttempt(at: 0)) }
    try budget.replace(validating: .concurrency(ratio: 0, minimum: 2))
    #expect(!budget.tryStartExtraAttempt(at: 0) && budget.status(at: 0).available == 0)
    budget.extraAttemptEnded()
    budget.extraAttemptEnded()
    #expect(!budget.tryStartExtraAttempt(at: 0))
    budget.extraAttemptEnded()
    #expect(budget.tryStartExtraAttempt(at: 0))
    try budget.replace(validating: .concurrency(ratio: 10, minimum: 1_000_000))
    #expect(budget.status(at: 0).available == 1_000_000 - 2)
  }

  @Test("R1.8 the other form is refused, and so is what makes no sense; then nothing has changed")
  func refused() {
    for (form, other) in [
      (RetryBudget.Configuration.traffic(), RetryBudget.Configuration.concurrency(ratio: -1)),
      (.concurrency(), .traffic(capacity: 0)),
    ] {
      let budget = RetryBudget("b", form)
      let error = #expect(throws: InvalidConfiguration.self) { try budget.replace(validating: other) }
      #expect(error?.problems.count == 2 && error?.problems.last?.setting == "form")
      #expect(budget.configuration == form)
    }
  }

  @Test("R1.8 however settings are replaced, the balance is the sum of what is saved and never beyond the capacity")
  func property() {
    var chance = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      var machine = RetryBudgetMachine(.traffic())
      var now: Instant = 1
      for _ in 0..<60 {
        now += Int64(chance.next() % 3_000_000_000)
        machine.advance(to: now)
        switch chance.next() % 4 {
        case 0: machine.deposit(calls: Int(chance.next() % 50))
        case 1:
          let before = machine.balance
          let isTaken = machine.withdraw()
          #expect(machine.balance == before - (isTaken ? RetryBudgetMachine.attempt : 0))
        case 2:
          let before = machine.balance
          let configuration = RetryBudget.Configuration.traffic(
            ratio: Double(chance.next() % 10) / 10, minimumPerSecond: Double(chance.next() % 20),
            capacity: Int(1 + chance.next() % 100), depositLifetime: .milliseconds(Int(10 + chance.next() % 20_000)))
          machine.replace(configuration, at: now)
          #expect(machine.balance == min(before, machine.capacity))
        default: break
        }
        #expect(machine.balance >= 0 && machine.balance <= machine.capacity)
      }
      // Without earnings everything that was saved expires, whatever happened before.
      machine.replace(.traffic(ratio: 0, minimumPerSecond: 0, depositLifetime: .seconds(10)), at: now)
      machine.advance(to: now + 700_000_000_000)
      #expect(machine.balance == 0)
    }
  }
}
