import Resilience
import ResilienceSimulation
import Testing

@Suite struct SimulationTests {
  private struct Boom: Error, Equatable {}

  private actor Journal {
    var lines: [String] = []
    func add(_ line: String) { self.lines.append(line) }
  }

  private func race(seed: UInt64) throws -> [String] {
    let simulation = Simulation(seed: seed)
    return try simulation.run {
      let journal = Journal()
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<8 {
          group.addTask {
            await journal.add("\(number) begins")
            await Task.yield()
            try? await simulation.runtime.sleep(for: .milliseconds(Int(simulation.random() % 3)))
            await journal.add("\(number) ends at \(simulation.elapsed)")
          }
        }
      }
      return await journal.lines
    }
  }

  @Test("R13.1 the same seed gives the same run, other seeds other interleavings")
  func deterministic() throws {
    var runs: Set<[String]> = []
    for seed in UInt64(0)..<200 {
      let first = try self.race(seed: seed)
      #expect(try first == self.race(seed: seed))
      runs.insert(first)
    }
    #expect(runs.count > 190)
  }

  @Test("R13.1 three virtual hours take no time, and timers fire in the order of their deadlines")
  func hours() throws {
    let simulation = Simulation(seed: 1)
    let order = try simulation.run {
      await withTaskGroup(of: Int.self) { group in
        for hours in [3, 1, 2] {
          group.addTask {
            try? await simulation.runtime.sleep(for: .seconds(hours * 3_600))
            return hours
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    #expect(order == [1, 2, 3] && simulation.elapsed == .seconds(3 * 3_600) && simulation.steps > 3)
  }

  @Test("R13.1 a body that waits for ever is told apart from one that ends, with the seed to repeat it")
  func stuck() {
    let simulation = Simulation(seed: 42)
    let stuck = #expect(throws: Simulation.Stuck.self) {
      try simulation.run {
        try await simulation.runtime.sleep(for: .seconds(5))
        try await simulation.runtime.sleep(until: .max)
      }
    }
    #expect(stuck?.seed == 42 && stuck?.elapsed == .seconds(5))
    #expect(stuck?.description.contains("seed 42: the body waits for ever") == true)
    #expect(throws: Boom()) { try Simulation().run { throw Boom() } }
  }

  @Test("R13.1 chance is seeded: the generator gives the published numbers")
  func generator() {
    // The first outputs of SplitMix64 for seed 1234567, as published with the algorithm.
    var generator = SeededGenerator(seed: 1_234_567)
    #expect(generator.next() == 6_457_827_717_110_365_317)
    #expect(generator.next() == 3_203_168_211_198_807_973)
  }

  @Test("R13.1 a sleep that is cancelled takes no time and leaves no timer")
  func cancelledSleep() throws {
    let simulation = Simulation(seed: 1)
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { try? await simulation.runtime.sleep(for: .seconds(3_600)) }
        group.cancelAll()
      }
    }
    #expect(simulation.elapsed == .zero)
  }

  @Test("R13.1 a world can be driven event by event: what is due until an instant happens, nothing later does")
  func driven() {
    let simulation = Simulation(seed: 1)
    let start = simulation.now()
    let fired = Lock<[Int64]>([])
    let timers = [30, 10, 20, 10].enumerated().map { index, offset in
      let timer = Alarm { fired.withLock { $0.append(Int64(offset * 10 + index)) } }
      simulation.arm(timer, at: start + Int64(offset))
      return timer
    }
    simulation.disarm(timers[2])
    simulation.drain(until: start + 9)
    #expect(fired.withLock { $0 } == [] && simulation.now() == start + 9)
    simulation.drain(until: start + 20)
    #expect(fired.withLock { $0 } == [101, 103] && simulation.now() == start + 20)
    simulation.drain(until: start)
    #expect(simulation.now() == start + 20)
    simulation.drain()
    #expect(fired.withLock { $0 } == [101, 103, 300] && simulation.now() == start + 30)
  }

  @Test("R13.1 timers armed, taken back and armed again fire as a sorted list says", arguments: UInt64(0)..<50)
  func timersAgainstList(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let simulation = Simulation(seed: seed)
    let start = simulation.now()
    let fired = Lock<[Int]>([])
    let timers = (0..<300).map { number in Alarm { fired.withLock { $0.append(number) } } }
    var list: [(deadline: Int64, number: Int)] = []
    for _ in 0..<3_000 {
      let number = Int(chance.next() % 300)
      let isArmed = list.contains { $0.number == number }
      if isArmed {
        simulation.disarm(timers[number])
        list.removeAll { $0.number == number }
      }
      if chance.next() % 3 != 0 || !isArmed {
        let deadline = start + Int64(chance.next() % 100)
        simulation.arm(timers[number], at: deadline)
        list.append((deadline, number))
      }
    }
    simulation.drain()
    let expected = list.enumerated().sorted { ($0.element.deadline, $0.offset) < ($1.element.deadline, $1.offset) }
    #expect(fired.withLock { $0 } == expected.map(\.element.number))
  }

  private final class Alarm: TimerEntry, @unchecked Sendable {
    private let action: () -> Void
    init(_ action: @escaping () -> Void) { self.action = action }
    override func fire() { self.action() }
  }
}
