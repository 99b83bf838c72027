import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct ResourceLimiterTests {
  private func context(_ runtime: Runtime, _ cost: Int) -> Context {
    Context(runtime, operation: "", deadline: nil, cost: cost)
  }

  @Test("R6.4 payload: what is more than one call may have is refused for good, what is not there now as exhausted")
  func reasons() async throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let limiter = ResourceLimiter("bytes", .init(maxTotal: 100, maxPerCall: 60), observer: recorder)
    let large = #expect(throws: Rejection.self) { _ = try limiter.admit(in: self.context(time.runtime, 61)) }
    #expect(large?.reason == .tooLarge && large?.category == .validation && large?.transmission == .neverSent)
    #expect(large.map { !Retry.isRetryable($0) } == true)
    let first = try #require(try limiter.admit(in: self.context(time.runtime, 60)))
    let exhausted = #expect(throws: Rejection.self) { _ = try limiter.admit(in: self.context(time.runtime, 41)) }
    #expect(exhausted?.reason == .exhausted && exhausted?.category == .unavailable)
    #expect(exhausted.map { Retry.isRetryable($0) } == true)
    let second = try #require(try limiter.admit(in: self.context(time.runtime, 40)))
    #expect(limiter.occupancy == (100, 0))
    for token in [first, second] { limiter.release(token, .success, nil, in: Context(time.runtime)) }
    #expect(limiter.occupancy == (0, 0))
    #expect(
      recorder.lines == [
        "resourceLimiter bytes: rejected (tooLarge)", "resourceLimiter bytes: rejected (exhausted)",
      ])
    let value = try await limiter.run(cost: 100 - 40, in: Context(time.runtime)) { $0.cost }
    #expect(value == 60 && limiter.occupancy.inUse == 0)
    let permit = try await limiter.acquire(7, in: Context(time.runtime))
    #expect(limiter.occupancy.inUse == 7)
    permit.complete(.success)
    #expect(limiter.occupancy.inUse == 0)
  }

  @Test("R6.4 payload: who waits is served in the order of arrival; small calls do not overtake a large one for ever")
  func order() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = ResourceLimiter("bytes", .init(maxTotal: 10, maxQueue: 3, maxWait: .seconds(60)))
    let trace = Shared<[String]>([])
    try simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for (number, cost) in [6, 8, 2, 2, 1].enumerated() {
          group.addTask {
            try? await runtime.sleep(for: .milliseconds(number))
            do {
              try await limiter.run(cost: cost, in: Context(runtime)) { _ in
                trace.withLock { $0.append("\(number) at \(simulation.elapsed)") }
                try await runtime.sleep(for: .seconds(1))
              }
            } catch { trace.withLock { $0.append("\(number) \((error as? Rejection)?.reason.rawValue ?? "?")") } }
          }
        }
      }
    }
    #expect(
      trace.value.sorted() == [
        "0 at 0.0 seconds", "1 at 1.0 seconds", "2 at 1.0 seconds", "3 at 2.0 seconds", "4 exhausted",
      ])
    #expect(limiter.occupancy == (0, 0))
  }

  @Test("R6.4 payload: whatever happens, no more is in use than may be, nobody is lost and nothing is left over")
  func random() throws {
    try withEvery(seeds: 100) { simulation in
      let runtime = simulation.runtime
      let total = 5 + Int(simulation.seed % 7)
      let limiter = ResourceLimiter("bytes", .init(maxTotal: total, maxQueue: 30, maxWait: .seconds(3_600)))
      let state = Shared((used: 0, most: 0, done: 0))
      try simulation.run {
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<30 {
            group.addTask {
              try? await runtime.sleep(for: .milliseconds(Int(runtime.random() % 30)))
              let cost = Int(runtime.random() % 6)
              let work: @Sendable () async throws -> Void = {
                try await limiter.run(cost: cost, in: Context(runtime)) { _ in
                  state.withLock { $0 = ($0.used + cost, max($0.most, $0.used + cost), $0.done + 1) }
                  defer { state.withLock { $0.used -= cost } }
                  try await runtime.sleep(for: .milliseconds(Int(runtime.random() % 10)))
                }
              }
              guard number % 3 == 0 else { return (try? await work()) ?? () }
              _ = await cancelled(after: .milliseconds(Int(runtime.random() % 20)), in: simulation, work)
            }
          }
        }
      }
      let facts = state.value
      guard facts.most <= total, facts.used == 0, limiter.occupancy == (0, 0), facts.done >= 20,
        simulation.elapsed < .seconds(2)
      else { throw Boom(number: facts.most) }
    }
  }

  enum Step: CaseIterable { case one, two, four, oldestEnds, oldestGivesUp }

  /// The machine beside a list, for a total of 4 and a queue of 2.
  struct World {
    var machine = ResourceMachine(.init(maxTotal: 4, maxQueue: 2))
    var out: [(ticket: UInt64, cost: Int)] = []
    var queue: [(ticket: UInt64, cost: Int)] = []
    var ticket: UInt64 = 0

    var inUse: Int { self.out.reduce(0) { $0 + $1.cost } }

    mutating func apply(_ step: Step) -> Bool {
      switch step {
      case .one: guard self.ask(1) else { return false }
      case .two: guard self.ask(2) else { return false }
      case .four: guard self.ask(4) else { return false }
      case .oldestEnds: if !self.out.isEmpty { self.out.removeFirst() }
      case .oldestGivesUp: if !self.queue.isEmpty { self.machine.leave(self.queue.removeFirst().ticket) }
      }
      while let next = self.machine.next(inUse: self.inUse) {
        guard let first = self.queue.first, first.ticket == next.ticket, first.cost == next.cost else { return false }
        self.out.append(self.queue.removeFirst())
      }
      let mayBeServed = self.queue.first.map { $0.cost <= 4 - self.inUse } ?? false
      return !mayBeServed && self.inUse <= 4 && self.machine.queue.map(\.ticket) == self.queue.map(\.ticket)
    }

    private mutating func ask(_ cost: Int) -> Bool {
      self.ticket += 1
      let may = self.queue.isEmpty && self.inUse + cost <= 4
      guard self.machine.hasRoom == (self.queue.count < 2) else { return false }
      if may {
        self.out.append((self.ticket, cost))
      } else if self.queue.count < 2 {
        self.queue.append((self.ticket, cost))
        self.machine.wait(self.ticket, cost)
      }
      return true
    }
  }

  private func explore(_ world: World, _ path: [Step], depth: Int) -> Int {
    guard depth > 0 else { return 0 }
    var count = 0
    for step in Step.allCases {
      var next = world
      count += 1
      guard next.apply(step) else {
        Issue.record("after \(path + [step])")
        return count
      }
      count += self.explore(next, path + [step], depth: depth - 1)
    }
    return count
  }

  @Test("R6.4 payload: the machine agrees with a list in all sequences of six events")
  func exhaustive() { #expect(self.explore(World(), [], depth: 6) == 19_530) }

  @Test("R6.4 payload: settings are replaced; who waits for too much now is refused, who fits is served")
  func replaced() throws {
    let simulation = Simulation(seed: 1)
    let runtime = simulation.runtime
    let limiter = ResourceLimiter("bytes", .init(maxTotal: 10, maxQueue: 3, maxWait: .seconds(60)))
    try simulation.run {
      let held = try #require(try limiter.admit(in: self.context(runtime, 4)))
      await withTaskGroup(of: Rejection.Reason?.self) { group in
        for cost in [9, 2] {
          group.addTask {
            try? await runtime.sleep(for: .milliseconds(10 - cost))
            do {
              try await limiter.run(cost: cost, in: Context(runtime)) { _ in }
              return nil
            } catch { return (error as? Rejection)?.reason }
          }
        }
        try? await runtime.sleep(for: .seconds(1))
        #expect(limiter.occupancy == (4, 2))
        limiter.replace(.init(maxTotal: 8, maxQueue: 3))
        var ends: Set<Rejection.Reason?> = []
        for await end in group { ends.insert(end) }
        #expect(ends == [.tooLarge, nil] && simulation.elapsed == .seconds(1))
      }
      limiter.release(held, .success, nil, in: Context(runtime))
    }
    #expect(limiter.occupancy == (0, 0))
  }

  @Test("R6.4 payload: who waits for exactly the most that a call may have now goes on waiting")
  func replacedExactly() {
    var machine = ResourceMachine(.init(maxTotal: 10, maxQueue: 3))
    for (ticket, cost) in [(1, 6), (2, 5), (3, 1)] { machine.wait(UInt64(ticket), cost) }
    #expect(machine.replace(.init(maxTotal: 10, maxPerCall: 5, maxQueue: 3)) == [1])
    #expect(machine.queue.map(\.ticket) == [2, 3])
  }

  @Test("validation lists every setting that makes no sense; without it they are brought into range")
  func validation() async throws {
    let bad = ResourceLimiter.Configuration(maxTotal: 0, maxPerCall: 5, maxQueue: -1, maxWait: .zero)
    let error = #expect(throws: InvalidConfiguration.self) { _ = try ResourceLimiter("bad", validating: bad) }
    #expect(error?.problems.map(\.setting) == ["maxTotal", "maxPerCall", "maxQueue", "maxWait"])
    #expect(try await ResourceLimiter("bad", bad).run { 5 } == 5)
  }
}
