import Resilience
import ResilienceHealth
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@Suite("Health machine")
struct HealthMachineTests {
  private static let second: Instant = 1_000_000_000

  /// Makes one check at once and reports a result.
  private static func hear(_ machine: inout HealthMachine, _ state: HealthState, at now: Instant) throws {
    guard case .run(let serial) = machine.begin(at: now, isForced: true) else { throw Unexpected() }
    _ = machine.end(serial, CheckResult(state), at: now, chance: 0)
  }

  private struct Unexpected: Error {}

  @Test(
    "R9.4 damping agrees with the naive model for every sequence of seven results", arguments: [1, 2, 3], [1, 2, 3])
  func everySequence(rise: Int, fall: Int) throws {
    let states = HealthState.allCases
    for number in 0..<(4 * 4 * 4 * 4 * 4 * 4 * 4) {
      var machine = HealthMachine(CheckSchedule(rise: rise, fall: fall), at: 0)
      var model = NaiveHealth(rise: rise, fall: fall)
      var rest = number
      for step in 0..<7 {
        let state = states[rest % 4]
        rest /= 4
        try Self.hear(&machine, state, at: Instant(step))
        model.hear(state)
        guard machine.state == model.state else {
          Issue.record("sequence \(number), step \(step): \(machine.state) instead of \(model.state)")
          return
        }
      }
    }
  }

  @Test("R9.2 random schedules: never two checks at a time, and never earlier than interval and jitter allow")
  func neverTwice() throws {
    for seed in UInt64(0)..<300 {
      var chance = SeededGenerator(seed: seed)
      let schedule = CheckSchedule(interval: .seconds(10), timeout: .seconds(3), jitter: 0.2)
      var machine = HealthMachine(schedule, at: 0)
      var running: (serial: UInt64, since: Instant)?
      var lastBegan: Instant?
      var now: Instant = 0
      for _ in 0..<100 {
        now += Instant(chance.next() % 6) * Self.second
        switch machine.begin(at: now) {
        case .run(let serial):
          #expect(running == nil)
          if let lastBegan { #expect(now - lastBegan >= 8 * Self.second) }
          running = (serial, now)
          lastBegan = now
        case .running: #expect(running != nil)
        case .notDue(let until): #expect(until > now && running == nil)
        }
        guard let current = running, chance.next() % 2 == 0 else { continue }
        _ = machine.end(current.serial, .healthy, at: now, chance: chance.next())
        #expect(machine.due <= max(now, current.since + 12 * Self.second))
        running = nil
      }
    }
  }

  @Test("R9.4 one bad result between good ones changes nothing, three in a row do, and two good ones heal")
  func damping() throws {
    var machine = HealthMachine(CheckSchedule(), at: 0)
    var seen: [HealthState] = []
    let results: [HealthState] = [
      .healthy, .unhealthy, .healthy, .unhealthy, .unhealthy, .unhealthy, .healthy, .unhealthy, .healthy, .healthy,
    ]
    for (index, result) in results.enumerated() {
      try Self.hear(&machine, result, at: Instant(index))
      seen.append(machine.state)
    }
    #expect(seen.map { $0 == .healthy } == [true, true, true, true, true, false, false, false, false, true])
  }

  @Test("R9.2 a check that hangs counts as failed each time, its late result not at all")
  func hanging() throws {
    var machine = HealthMachine(CheckSchedule(fall: 2), at: 0)
    try Self.hear(&machine, .healthy, at: 0)
    guard case .run(let serial) = machine.begin(at: machine.due) else { throw Unexpected() }
    let first = machine.expire(serial, at: 50 * Self.second)
    let second = machine.expire(serial, at: 80 * Self.second)
    #expect(first == nil)
    #expect(second == .init(from: .healthy, to: .unhealthy))
    #expect(machine.begin(at: 90 * Self.second, isForced: true) == .running)
    let late = machine.end(serial, .healthy, at: 100 * Self.second, chance: 0)
    #expect(late == nil && machine.state == .unhealthy && !machine.isRunning)
    #expect(machine.last?.output == "the check has not answered for 50.0 s" || machine.last?.output != nil)
  }

  @Test("A result with an old number, and a check that was given up, are not counted")
  func stale() throws {
    var machine = HealthMachine(CheckSchedule(), at: 0)
    guard case .run(let serial) = machine.begin(at: 0) else { throw Unexpected() }
    #expect(machine.end(serial + 1, .unhealthy("late"), at: 1, chance: 0) == nil)
    #expect(machine.isRunning && machine.last == nil)
    #expect(machine.end(serial, nil, at: 1, chance: 0) == nil)
    #expect(!machine.isRunning && machine.state == .unknown && machine.samples.isEmpty)
  }

  @Test("R9.2 the last result is kept for those who can do with an older one")
  func cache() throws {
    var machine = HealthMachine(CheckSchedule(), at: 0)
    #expect(machine.cached(within: .seconds(5), at: 0) == nil)
    try Self.hear(&machine, .degraded, at: 10 * Self.second)
    #expect(machine.cached(within: .seconds(5), at: 15 * Self.second)?.state == .degraded)
    #expect(machine.cached(within: .seconds(5), at: 15 * Self.second + 1) == nil)
  }

  @Test("Settings out of range are all named at once, and brought to the nearest by the plain initialiser")
  func settings() {
    let schedule = CheckSchedule(interval: .zero, timeout: .zero, jitter: 7, rise: 0, fall: 99)
    #expect(schedule.rise == 1 && schedule.fall == 20 && schedule.jitter == 0.5)
    #expect(throws: InvalidConfiguration.self) {
      try CheckSchedule(validating: "redis", interval: .zero, jitter: .nan, rise: 0)
    }
    do {
      _ = try CheckSchedule(validating: "redis", interval: .zero, jitter: 7, rise: 0)
    } catch {
      #expect(error.problems.map(\.setting) == ["interval", "jitter", "rise"])
    }
  }
}
