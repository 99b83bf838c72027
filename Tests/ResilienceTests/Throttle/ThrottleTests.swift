import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import Resilience

@Suite struct ThrottleTests {
  private static let second: Int64 = 1_000_000_000

  /// A list of attempts, and the formula.
  struct Reference {
    struct Attempt {
      let epoch: Int64
      var verdict: Verdict?
    }
    var attempts: [Attempt] = []

    func probability(in epoch: Int64, minimum: Int) -> Double {
      let window = self.attempts.filter { $0.epoch > epoch - 24 && $0.verdict != .ignored }
      let accepts = window.count { $0.verdict == .success }
      guard window.count >= minimum, window.contains(where: { $0.verdict == .failure }) else { return 0 }
      return max(0, (Double(window.count) - 2 * Double(accepts)) / (Double(window.count) + 1))
    }
  }

  @Test(
    "R6.8 throttling: the machine agrees with a list of attempts and the published formula", arguments: UInt64(0)..<60)
  func model(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let minimum = Int(chance.next() % 5)
    var machine = ThrottleMachine(ratio: 2, window: 240, minimumRequests: minimum)
    var reference = Reference()
    var underWay: [(index: Int, place: ThrottleMachine.Place)] = []
    var now: Int64 = 1_000
    var positive = 0
    for _ in 0..<600 {
      let kind = chance.next() % 10
      if kind < 5 {
        let draw = Double(chance.next() >> 11) * 0x1p-53
        let expected = reference.probability(in: now / 10, minimum: minimum)
        let answer = machine.attempt(at: now, draw: draw)
        #expect(answer.isAdmitted == (draw >= expected))
        if expected > 0 { positive += 1 }
        reference.attempts.append(.init(epoch: now / 10))
        if answer.isAdmitted { underWay.append((reference.attempts.count - 1, answer.place)) }
      } else if kind < 9, !underWay.isEmpty {
        let call = underWay.remove(at: Int(chance.next() % UInt64(underWay.count)))
        let verdict: Verdict = [.success, .failure, .failure, .ignored][Int(chance.next() % 4)]
        machine.ended(verdict, of: call.place, at: now)
        if call.place.epoch > now / 10 - 24 { reference.attempts[call.index].verdict = verdict }
      } else {
        now += Int64(chance.next() % (chance.next() % 8 == 0 ? 300 : 20))
      }
      machine.advance(at: now)
      #expect(machine.probability == reference.probability(in: now / 10, minimum: minimum))
    }
    #expect(positive > 10)
  }

  @Test("R6.8 throttling: without a failure nothing is refused, however many calls are under way")
  func noEvidence() async throws {
    let time = ManualTime()
    let throttle = Throttle("t")
    var tokens: [Token] = []
    for _ in 0..<1_000 { tokens.append(try #require(try throttle.admit(in: Context(time.runtime)))) }
    #expect(throttle.rejectionProbability(on: time.runtime) == 0)
    throttle.release(tokens[0], .failure, Boom(), in: Context(time.runtime))
    #expect(throttle.rejectionProbability(on: time.runtime) == 1_000.0 / 1_001)
    time.advance(by: .seconds(121))
    #expect(throttle.rejectionProbability(on: time.runtime) == 0)
  }

  /// A hundred calls a second to something that accepts ten a second; how many were sent in the last minutes.
  private func sent(seed: UInt64, ratio: Double) throws -> (perSecond: Double, probability: Double) {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let throttle = Throttle("t", .init(ratio: ratio))
    let server = RateLimiter("server", .init(permits: 10))
    let counts = Shared((sent: 0, since: Instant(0)))
    try simulation.run {
      for number in 0..<60_000 {
        if number == 30_000 { counts.withLock { $0 = (0, runtime.now()) } }
        try? await throttle.execute(in: Context(runtime)) { context in
          counts.withLock { $0.sent += 1 }
          do { try await server.execute(in: context) { _ in } } catch { throw Boom() }
        }
        try await runtime.sleep(for: .milliseconds(10))
      }
    }
    let (sent, since) = counts.value
    return (Double(sent) / Double(runtime.now() - since) * 1e9, throttle.rejectionProbability(on: runtime))
  }

  @Test(
    "R6.8 throttling: an overloaded dependency sees ratio times what it accepts, as the closed form says",
    arguments: [(2.0, 20.0, 0.8), (1.5, 15.0, 0.85), (4.0, 40.0, 0.6)])
  func closedForm(ratio: Double, perSecond: Double, probability: Double) throws {
    for seed in UInt64(0)..<4 {
      let found = try self.sent(seed: seed, ratio: ratio)
      #expect(abs(found.perSecond - perSecond) < perSecond * 0.05, "seed \(seed)")
      #expect(abs(found.probability - probability) < 0.02, "seed \(seed)")
    }
  }

  @Test("R6.8 throttling: a refusal has its reason, is never sent, and cancelled work counts as never attempted")
  func refusals() async throws {
    let time = ManualTime()
    let recorder = EventRecorder()
    let throttle = Throttle("t", .init(minimumRequests: 0), observer: recorder)
    let context = Context(time.runtime)
    var refused = 0
    for _ in 0..<200 {
      do {
        try await throttle.execute(in: context) { _ in throw Boom() }
      } catch let rejection as Rejection {
        refused += 1
        #expect(rejection.reason == .throttled && rejection.transmission == .neverSent)
      } catch {}
    }
    #expect(refused > 150 && refused < 200 && recorder.lines.count == refused)
    let before = throttle.rejectionProbability(on: time.runtime)
    var admitted: Token?
    for _ in 0..<10_000 where admitted == nil { admitted = try? throttle.admit(in: context) }
    let token = try #require(admitted)
    let during = throttle.rejectionProbability(on: time.runtime)
    throttle.release(token, .ignored, nil, in: context)
    #expect(before <= during && throttle.rejectionProbability(on: time.runtime) < during)
  }

  /// Calls of three priorities in turn, 99 a second, to something that accepts so many; the share sent of each.
  private func shares(seed: UInt64, accepts: Int) throws -> [Double] {
    let simulation = Simulation(seed: seed)
    let runtime = simulation.runtime
    let throttle = Throttle("t")
    let server = RateLimiter("server", .init(permits: accepts))
    let sent = Shared([0, 0, 0])
    try simulation.run {
      for number in 0..<36_000 {
        if number == 18_000 { sent.withLock { $0 = [0, 0, 0] } }
        // At most one is under way: the priorities come in an order that the server's rhythm does not meet.
        let priority = Int(runtime.random() % 3) - 1
        let context = Context(runtime, operation: "", deadline: nil, priority: priority)
        try? await throttle.execute(in: context) { context in
          sent.withLock { $0[priority + 1] += 1 }
          do { try await server.execute(in: context) { _ in } } catch { throw Boom() }
        }
        try await runtime.sleep(for: .microseconds(10_101))
      }
    }
    return sent.value.map { Double($0) / 6_000 }
  }

  @Test("R6.8 throttling sheds the lowest priority first, and in sum what the formula says")
  func priorities() throws {
    // A fifth has to go: three fifths of the low calls. Four fifths: all low, all normal, two fifths of the high.
    for (accepts, expected) in [(40, [0.4, 1, 1]), (10, [0, 0, 0.6])] {
      for (found, wanted) in zip(try self.shares(seed: 3, accepts: accepts), expected) {
        #expect(abs(found - wanted) < 0.07, "\(accepts): \(found), expected \(wanted)")
      }
    }
  }

  @Test("R6.8 throttling: a class never seen before is refused ahead of those above it, and spared by those below it")
  func newClasses() {
    var machine = ThrottleMachine(ratio: 2, window: 240, minimumRequests: 0)
    for _ in 0..<9 {
      let place = machine.attempt(at: 0, draw: 1, priority: .normal).place
      machine.ended(.failure, of: place, at: 0)
    }
    #expect(ThrottleMachine.Class.allCases.map { machine.probability(of: $0) } == [1, 0.9, 0])
    let low = machine.attempt(at: 0, draw: 0.999, priority: .low).isAdmitted
    let high = machine.attempt(at: 0, draw: 0, priority: .high).isAdmitted
    #expect(!low && high)
  }

  @Test(
    "settings are replaced and what was counted stays, for one new window; calls under way count where they were put")
  func replaced() throws {
    let time = ManualTime()
    let context = Context(time.runtime)
    let throttle = Throttle("t", .init(ratio: 2, window: .seconds(120), minimumRequests: 0))
    var tokens: [Token] = []
    for _ in 0..<9 { tokens.append(try #require(try throttle.admit(in: context))) }
    for token in tokens.prefix(5) { throttle.release(token, .failure, Boom(), in: context) }
    #expect(throttle.rejectionProbability(on: time.runtime) == 0.9)
    throttle.replace(.init(ratio: 3, window: .seconds(24), minimumRequests: 0), on: time.runtime)
    #expect(throttle.rejectionProbability(on: time.runtime) == 0.9 && throttle.configuration.ratio == 3)
    throttle.release(tokens[5], .success, nil, in: context)
    #expect(abs(throttle.rejectionProbability(on: time.runtime) - 0.6) < 1e-9)
    throttle.release(tokens[6], .ignored, nil, in: context)
    #expect(abs(throttle.rejectionProbability(on: time.runtime) - 5.0 / 9) < 1e-9)
    time.advance(by: .seconds(25))
    #expect(throttle.rejectionProbability(on: time.runtime) == 0)
    throttle.release(tokens[7], .failure, Boom(), in: context)  // forgotten
    #expect(throttle.rejectionProbability(on: time.runtime) == 0)
    #expect(throws: InvalidConfiguration.self) { try throttle.replace(validating: .init(ratio: 0)) }
    #expect(throttle.configuration.ratio == 3)
  }

  @Test("validation lists every setting that makes no sense; without it they are brought into range")
  func validation() async throws {
    let bad = Throttle.Configuration(ratio: .nan, window: .zero, minimumRequests: -1)
    let error = #expect(throws: InvalidConfiguration.self) { _ = try Throttle("bad", validating: bad) }
    #expect(error?.problems.map(\.setting) == ["ratio", "window", "minimumRequests"])
    #expect(try await Throttle("bad", bad).run { 5 } == 5)
    #expect(Throttle.Configuration().problems.isEmpty)
  }

  @Test(
    "R6.8 throttling: what threads count by themselves while nothing fails is what the machine would have counted",
    arguments: UInt64(0)..<40)
  func lanes(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let time = ManualTime()
    let throttle = Throttle("t", .init(window: .seconds(24), minimumRequests: 3))
    var machine = ThrottleMachine(ratio: 2, window: 24_000_000_000, minimumRequests: 3)
    var underWay: [(token: Token, place: ThrottleMachine.Place, context: Context)] = []
    var quiet = 0
    for _ in 0..<2_000 {
      switch chance.next() % 12 {
      case 0: time.advance(Int64(chance.next() % 3_000_000_000))
      case 1 where chance.next() % 20 == 0: time.advance(by: .seconds(30))
      case 1...6:
        let context = Context(time.runtime, operation: "", deadline: nil, priority: Int(chance.next() % 3) - 1)
        var entered: Instant = 0
        var token = throttle.tryAdmit(context, entered: &entered)
        if token == nil { token = try? throttle.admit(in: context) } else { quiet += 1 }
        machine.advance(at: time.now())
        let draw = machine.probability > 0 ? Double(time.lastDraw >> 11) * 0x1p-53 : 0
        let expected = machine.attempt(at: time.now(), draw: draw, priority: .init(context.priority))
        #expect(expected.isAdmitted == (token != nil))
        if let token { underWay.append((token, expected.place, context)) }
      case _ where !underWay.isEmpty:
        let call = underWay.remove(at: Int(chance.next() % UInt64(underWay.count)))
        let verdict: Verdict = chance.next() % 40 == 0 ? .failure : chance.next() % 10 == 0 ? .ignored : .success
        throttle.release(call.token, verdict, nil, in: call.context)
        machine.ended(verdict, of: call.place, at: time.now())
      default: break
      }
      if chance.next() % 5 == 0 {
        machine.advance(at: time.now())
        #expect(throttle.rejectionProbability(on: time.runtime) == machine.probability)
      }
    }
    #expect(quiet > 20)
  }
}
