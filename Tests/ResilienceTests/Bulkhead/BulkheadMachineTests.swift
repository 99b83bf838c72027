import Testing

@testable import Resilience

/// Corners that random settings seldom come to.
@Suite struct BulkheadMachineTests {
  private typealias Tier = Bulkhead.Tier

  private func machine(_ places: Int, _ tiers: [Tier], maxQueue: Int = 9, maxHold: Duration? = nil) -> BulkheadMachine {
    BulkheadMachine(
      .init(.init(maxConcurrent: places, maxQueue: maxQueue, tiers: tiers, maxHold: maxHold)))
  }

  @Test("R6.3 a tier that does not lend gets a place of its own although others may claim the same one")
  func ownPlace() {
    // Three came before there were tiers, so of the four places that two tiers keep only one is free.
    let machine = self.machine(4, [Tier("a", share: 0.5, lends: false), Tier("b", share: 0.5, lends: false)])
    #expect(machine.mayEnter(0, inside: 3) && machine.mayEnter(1, inside: 3) && !machine.mayEnter(2, inside: 3))
  }

  @Test("R6.3 what one tier uses beyond its share does not free the places that another keeps")
  func overuse() {
    var machine = self.machine(
      6, [Tier("a", share: 0.34, lends: false), Tier("b", share: 0.34, lends: false)])
    for ticket in 1...4 as ClosedRange<UInt64> { machine.lend(ticket, tier: 1, at: 0) }
    #expect(!machine.mayEnter(2, inside: 4) && !machine.mayEnter(1, inside: 4) && machine.mayEnter(0, inside: 4))
  }

  @Test("R6.3 among tiers that have their share, who uses less of it comes first, not who uses less")
  func relativeUse() {
    var machine = self.machine(10, [Tier("a", share: 0.6), Tier("b", share: 0.2)])
    for ticket in 1...6 as ClosedRange<UInt64> { machine.lend(ticket, tier: 0, at: 0) }
    for ticket in 7...9 as ClosedRange<UInt64> { machine.lend(ticket, tier: 1, at: 0) }
    _ = machine.wait(11, tier: 1, priority: 0)
    _ = machine.wait(12, tier: 0, priority: 0)
    let next = machine.next(inside: 9)
    #expect(next?.ticket == 12 && next?.tier == 0)
  }

  @Test("permits are forgotten when nothing has to be remembered any more")
  func untracked() {
    var machine = self.machine(4, [], maxHold: .nanoseconds(5))
    machine.lend(1, tier: 0, at: 0)
    #expect(machine.leaks(at: 5) == [1] && machine.outstandingLeaks == 1)
    machine.replace(.init(.init(maxConcurrent: 4, maxQueue: 0)))
    #expect(machine.leases.isEmpty && machine.outstandingLeaks == 0 && machine.giveBack(1) == .untracked)
  }

  @Test("R6.3 tiers without a share divide the queue that is not guaranteed with calls that have no tier")
  func shareless() {
    var machine = self.machine(4, [Tier("a", share: 0.5), Tier("b", share: 0), Tier("c", share: 0)], maxQueue: 18)
    for (tier, room) in [(0, 9), (1, 3), (2, 3), (3, 3)] {
      let taken = (1...20).prefix { machine.wait(UInt64(tier * 100 + $0), tier: tier, priority: 0) == .queued }
      #expect(taken.count == room, "tier \(tier)")
    }
  }

  @Test("R6.3 without a queue no tier has one")
  func noQueue() {
    var machine = self.machine(4, [Tier("a", share: 0.5)], maxQueue: 0)
    #expect((0...1).allSatisfy { machine.wait(UInt64($0 + 1), tier: $0, priority: 0) == .full })
  }

  @Test("R6.3 last come, first served: between tiers that are alike the turn is compared, not who waits longest")
  func lastOfTiers() {
    let tiers = [Tier("a", share: 0.5), Tier("b", share: 0.5)]
    var machine = BulkheadMachine(.init(.init(maxConcurrent: 2, maxQueue: 9, order: .lifo, tiers: tiers)))
    for (ticket, tier) in [(UInt64(1), 0), (2, 1), (3, 1), (4, 0)] { _ = machine.wait(ticket, tier: tier, priority: 0) }
    let next = machine.next(inside: 0)
    #expect(next?.ticket == 3 && next?.tier == 1)
  }

  @Test("R6.5 the next leak is looked for when the oldest permit that is left has been out for too long")
  func nextLeak() {
    var machine = self.machine(40, [], maxHold: .nanoseconds(100))
    for ticket in 1...30 as ClosedRange<UInt64> { machine.lend(ticket, tier: 0, at: Instant(ticket)) }
    #expect(machine.leaks(at: 103) == [1, 2, 3] && machine.looksForLeaks == 104)
    // Nor is one that is known looked for again under other settings.
    machine.replace(.init(.init(maxConcurrent: 9, maxQueue: 9, maxHold: .nanoseconds(100))))
    #expect(machine.looksForLeaks == 104)
  }

  @Test("R6.1 who came first stays first under other settings, whichever tier he waited in")
  func orderOfArrival() {
    var machine = self.machine(4, [Tier("a", share: 0.5), Tier("b", share: 0.5)])
    for (ticket, tier) in [(UInt64(1), 1), (2, 0), (3, 1)] { _ = machine.wait(ticket, tier: tier, priority: 0) }
    machine.replace(.init(.init(maxConcurrent: 4, maxQueue: 9)))
    let order = (0..<3).compactMap { machine.next(inside: $0)?.ticket }
    #expect(order == [1, 2, 3])
  }

  @Test("R6.3 shares are exact, and where anybody may wait every tier may")
  func shares() {
    let tiers = [Tier("a", share: 0.29), Tier("b", share: 0.001)]
    let settings = BulkheadMachine.Settings(.init(maxConcurrent: 100, maxQueue: 100, tiers: tiers))
    #expect(settings.shares[0].guaranteed == 29 && settings.shares[0].maxQueue == 29)
    #expect(settings.shares[1].guaranteed == 0 && settings.shares[1].maxQueue == 1)
  }
}
