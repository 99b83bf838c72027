import ResilienceSimulation
import Testing

@testable import Resilience

@Suite struct LatencyMachineTests {
  private static let second: Instant = 1_000_000_000

  private func machine(load: Double, samples: Int = 10, window: Duration = .seconds(30)) -> LatencyMachine {
    LatencyMachine(
      .init(delay: .percentile(maxExtraLoad: load), minimumSamples: samples, window: window, minimumDelay: .zero))
  }

  @Test("R1.14 buckets cover all latencies without gaps, and none is wider than a sixteenth of what it holds")
  func buckets() {
    var lower: Int64 = 0
    for bucket in 0..<16 * 48 {
      let upper = LatencyMachine.upperEdge(bucket)
      #expect(LatencyMachine.bucket(lower) == bucket && LatencyMachine.bucket(upper) == bucket)
      #expect(upper - lower <= lower / 16)
      lower = upper + 1
    }
    #expect(LatencyMachine.bucket(.max) == 16 * 48 - 1 && LatencyMachine.bucket(-5) == 0)
  }

  @Test("R1.14 the delay is the sorted list's percentile, never below it and at most a sixteenth above")
  func model() {
    var chance = SeededGenerator(seed: 4)
    for _ in 0..<300 {
      let load = Double.random(in: 0.01...0.5, using: &chance)
      var machine = self.machine(load: load)
      var list: [Int64] = []
      for _ in 0..<Int.random(in: 100...400, using: &chance) {
        let latency = Int64(1) << Int64.random(in: 0...35, using: &chance) + Int64.random(in: 0...9_999, using: &chance)
        list.append(latency)
        machine.record(latency, at: 1)
      }
      list.sort()
      let exact = list[list.count - Int(Double(list.count + 1) * load)]
      #expect(machine.delay >= exact && machine.delay <= exact + exact / 16)
      #expect(list.count { $0 > machine.delay } <= Int(Double(list.count) * load))
    }
  }

  @Test("R1.14 there is no percentile before there are enough samples, and at least as many as make one hedge")
  func enough() {
    for (load, samples, needed) in [(0.05, 10, 20), (0.05, 100, 100), (0.5, 10, 10), (0.001, 10, 1_000)] {
      var machine = self.machine(load: load, samples: samples)
      for number in 1...needed {
        #expect(machine.delay == .max)
        machine.record(Int64(number), at: 1)
      }
      #expect(machine.delay < .max)
    }
  }

  @Test("R1.14 a latency counts for half the window at least and never longer than the window")
  func window() {
    for offset in stride(from: Int64(0), to: 15, by: 1) {
      for (age, isKnown) in [(14, true), (31, false)] {
        var machine = self.machine(load: 0.5)
        machine.record(5, at: 0)
        for _ in 0..<1_000 { machine.record(1_000_000, at: offset * Self.second) }
        for _ in 0..<20 { machine.record(5, at: (offset + Int64(age)) * Self.second) }
        #expect((machine.delay > 5) == isKnown, "\(offset) \(age)")
      }
    }
  }

  @Test("R1.14 the answer is looked up again ten times a second, and at once while there is none")
  func refresh() {
    var machine = self.machine(load: 0.5)
    for _ in 0..<9 {
      machine.record(100, at: 1)
      let answer = machine.refreshed(at: 1)
      #expect(answer == .max)
    }
    machine.record(100, at: 1)
    let first = machine.refreshed(at: 1)
    #expect((100...107).contains(first ?? 0))
    let tooSoon = machine.refreshed(at: Self.second / 10)
    #expect(tooSoon == nil)
    let again = machine.refreshed(at: Self.second / 10 + 1)
    #expect(again != nil)
  }
}
