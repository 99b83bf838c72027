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
}
