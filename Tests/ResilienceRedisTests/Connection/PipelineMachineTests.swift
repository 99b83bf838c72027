import Resilience
import ResilienceTesting
import Testing

@testable import ResilienceRedis

@Suite("Pipeline of commands")
struct PipelineMachineTests {
  /// The same rules in the plainest form: a list of everything that was ever enqueued.
  private struct Reference {
    var line: [(number: UInt64, deadline: Int64, size: Int, isWanted: Bool, isFlushed: Bool)] = []
    var next: UInt64 = 0
    var headSince: Int64 = 0
  }

  @Test("the machine does what a plain list does, over 100 seeds of 200 steps")
  func matchesReference() {
    for seed in 0..<100 {
      var fuzzer = Fuzzer(seed: UInt64(seed))
      var machine = PipelineMachine(limit: 8, sizeLimit: 100, stall: 50)
      var reference = Reference()
      var now: Int64 = 0
      for step in 0..<200 {
        now += Int64(fuzzer.below(12))
        let place = "seed \(seed), step \(step)"
        switch fuzzer.below(6) {
        case 0, 1:
          let (size, deadline) = (fuzzer.below(40), now + Int64(fuzzer.below(60)))
          let fits =
            reference.line.count < 8
            && (reference.line.isEmpty || reference.line.map(\.size).reduce(0, +) + size <= 100)
          if fits {
            if reference.line.isEmpty { reference.headSince = now }
            reference.line.append((reference.next, deadline, size, true, false))
          }
          let number = machine.enqueue(size: size, deadline: deadline, at: now)
          #expect(number == (fits ? reference.next : nil), "\(place)")
          if fits { reference.next += 1 }
        case 2:
          machine.flushed()
          for index in reference.line.indices { reference.line[index].isFlushed = true }
        case 3:
          var expected = PipelineMachine.Reply.unexpected
          if let head = reference.line.first, head.isFlushed {
            expected = head.isWanted ? .deliver(head.number) : .discard
            reference.line.removeFirst()
            reference.headSince = now
          }
          #expect(machine.replied(at: now) == expected, "\(place)")
        case 4:
          guard reference.next > 0 else { continue }
          let number = UInt64(fuzzer.below(Int(reference.next)))
          machine.abandon(number)
          if let index = reference.line.firstIndex(where: { $0.number == number }) {
            reference.line[index].isWanted = false
          }
        default:
          let expired = reference.line.filter { $0.isWanted && $0.deadline <= now }.map(\.number)
          for index in reference.line.indices where reference.line[index].deadline <= now {
            reference.line[index].isWanted = false
          }
          let isStalled = reference.line.first.map { $0.isFlushed && now - reference.headSince >= 50 } ?? false
          #expect(machine.tick(at: now) == PipelineMachine.Overdue(expired: expired, isStalled: isStalled), "\(place)")
        }
        #expect(machine.count == reference.line.count, "\(place)")
        let due = reference.line.filter(\.isWanted).map(\.deadline).min() ?? .max
        #expect(machine.nextTick == (reference.line.isEmpty ? nil : min(due, reference.headSince + 50)), "\(place)")
      }
      let left = machine.close().map { "\($0.number) \($0.maySent)" }
      #expect(left == reference.line.filter(\.isWanted).map { "\($0.number) \($0.isFlushed)" })
      #expect(machine.count == 0 && machine.replied(at: now) == .unexpected)
    }
  }

  @Test("a late reply is discarded, and those behind it keep theirs")
  func lateReply() {
    var machine = PipelineMachine(limit: 10, sizeLimit: 1_000, stall: 1_000)
    let first = machine.enqueue(size: 1, deadline: 10, at: 0)
    let second = machine.enqueue(size: 1, deadline: 100, at: 0)
    machine.flushed()
    #expect(machine.tick(at: 20) == PipelineMachine.Overdue(expired: [first ?? 99], isStalled: false))
    #expect(machine.replied(at: 30) == .discard)
    #expect(machine.replied(at: 31) == .deliver(second ?? 99))
  }

  @Test("a row is taken whole or not at all, by the number of its commands and by their bytes; an empty line takes any")
  func rows() {
    var machine = PipelineMachine(limit: 2, sizeLimit: 10, stall: 1_000)
    #expect(machine.enqueue(sizes: [9, 9, 9], deadline: 100, at: 0) == 0)
    #expect(machine.enqueue(size: 0, deadline: 100, at: 0) == nil)
    machine.flushed()
    for number in UInt64(0)..<3 { #expect(machine.replied(at: 1) == .deliver(number)) }
    #expect(machine.enqueue(size: 6, deadline: 100, at: 2) == 3)
    #expect(machine.enqueue(sizes: [1, 1], deadline: 100, at: 2) == nil)
    #expect(machine.enqueue(sizes: [5], deadline: 100, at: 2) == nil)
    #expect(machine.count == 1)
    #expect(machine.enqueue(sizes: [4], deadline: 100, at: 2) == 4)
  }
}
