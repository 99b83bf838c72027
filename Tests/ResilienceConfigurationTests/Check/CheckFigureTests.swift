import Resilience
import ResilienceSimulation
import Testing

@testable import ResilienceConfiguration

@Suite("The figures of rules about waiting, slowness and layers, found again in virtual time")
struct CheckFigureTests {
  private static func finding(_ rule: String, _ text: String) throws -> ConfigurationFinding? {
    ConfigurationCheck.findings(in: try load(text)).first { $0.rule == rule }
  }

  private static func figure(_ name: String, _ finding: ConfigurationFinding?) -> String? {
    finding?.figures.first { $0.name == name }?.value
  }

  @Test(
    "R13.3 queue-outlasts-timeout: nobody is ever refused for waiting too long, who waits only times out; put right, waiting ends first",
    arguments: [("5s", true), ("1s", false)])
  func queue(maxWait: String, speaks: Bool) throws {
    let lines =
      "timeout: 5s\nretry: false\ncircuitBreaker: false\n"
      + "bulkhead: { maxConcurrent: 1, maxQueue: 50, maxWait: \(maxWait) }"
    let finding = try Self.finding("queue-outlasts-timeout", CheckCase.file(lines))
    #expect((finding != nil) == speaks)
    let world = try PolicyWorld(try dependency(lines), PolicyWorld.hangs)
    let ends = try world.simulation.run {
      await withTaskGroup(of: PolicyWorld.End.self) { group in
        for _ in 0..<20 { group.addTask { await world.ended() } }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    let waited = ends.filter { $0.reason == .queueTimeout }
    #expect(world.attempts >= 1 && ends.count == 20)
    if speaks {
      #expect(Self.figure("maxWait", finding) == "5s" && Self.figure("timeout", finding) == "5s")
      #expect(waited.isEmpty && ends.allSatisfy { $0.reason == .timeout && $0.taken == .seconds(5) })
    } else {
      #expect(waited.count == 19 && waited.allSatisfy { $0.taken == .seconds(1) })
    }
  }

  @Test(
    "R13.3 queue-outlasts-timeout: a permit that comes when the call is over serves nobody", arguments: [true, false])
  func permits(speaks: Bool) throws {
    let lines =
      "timeout: 5s\nretry: false\ncircuitBreaker: false\n"
      + "rateLimit: { permits: 1, per: 5s, burst: 1, maxWait: \(speaks ? "6s" : "4s") }"
    #expect((try Self.finding("queue-outlasts-timeout", CheckCase.file(lines)) != nil) == speaks)
    let world = try PolicyWorld(try dependency(lines)) { _, _ in }
    let ends = try world.simulation.run {
      await withTaskGroup(of: PolicyWorld.End.self) { group in
        for _ in 0..<2 { group.addTask { await world.ended() } }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }
    let refused = ends.filter { $0.reason != nil }
    #expect(world.attempts == 1 && refused.count == 1)
    if !speaks {
      #expect(refused.allSatisfy { $0.reason == .rateLimited && $0.taken == .zero }, "told at once, not at the end")
    }
  }

  @Test(
    "R13.3 slow-beyond-timeout: no attempt is ever counted as slow; put right, slow ones open the breaker",
    arguments: [("2s", true), ("500ms", false)])
  func slow(threshold: String, speaks: Bool) throws {
    let lines =
      "timeout: 30s\nattemptTimeout: 1s\nretry: false\ncircuitBreaker: { consecutiveFailures: 0, "
      + "slowCallThreshold: \(threshold), slowCallRateThreshold: 0.5, minimumCalls: 5 }"
    let finding = try Self.finding("slow-beyond-timeout", CheckCase.file(lines))
    #expect((finding != nil) == speaks)
    if speaks { #expect(Self.figure("one attempt", finding) == "1s") }
    // Every duration there is, up to hanging.
    let world = try PolicyWorld(try dependency(lines)) { number, simulation in
      try await simulation.runtime.sleep(for: .milliseconds(600 + number * 97 % 5_000))
    }
    try world.load(for: .seconds(300), callers: 3, pause: .milliseconds(10))
    let snapshot = try #require(world.breaker?.snapshot(on: world.simulation.runtime))
    if speaks {
      #expect(snapshot.trips == 0 && snapshot.tally.slow == 0 && world.attempts > 600)
    } else {
      #expect(snapshot.trips > 0)
    }
  }

  @Test(
    "R13.3 window-too-short: of what began to hang within one window, the window has counted exactly the stated share",
    arguments: [(11, "9%"), (15, "33%"), (19, "47%"), (20, nil), (40, nil)] as [(Int, String?)])
  func window(seconds: Int, stated: String?) throws {
    let lines =
      "timeout: 60s\nattemptTimeout: 10s\nretry: false\ncircuitBreaker: "
      + "{ consecutiveFailures: 0, failureRateThreshold: 1, minimumCalls: 1000, window: \(seconds)s }"
    let finding = try Self.finding("window-too-short", CheckCase.file(lines))
    #expect(Self.figure("counted of what hangs", finding) == stated)
    let world = try PolicyWorld(try dependency(lines), PolicyWorld.hangs)
    // A call each 100 ms that hangs, whether others do or not, for exactly one window.
    let begun = seconds * 10
    try world.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for number in 0..<begun {
          group.addTask {
            try? await world.simulation.runtime.sleep(for: .milliseconds(number * 100))
            await world.call()
          }
        }
        group.addTask {
          try? await world.simulation.runtime.sleep(for: .milliseconds(begun * 100 - 50))
          let counted = world.breaker?.snapshot(on: world.simulation.runtime).tally.failures ?? 0
          let share = Double(counted) / Double(begun)
          let expected = Double(seconds - 10) / Double(seconds)
          #expect(abs(share - expected) <= 0.011, "\(counted) of \(begun), expected \(expected)")
          #expect((share < 0.489) == (stated != nil))
        }
      }
    }
  }

  @Test(
    "R13.3 opens-shorter-than-attempt: a probe meets attempts from before the opening; put right, it meets none",
    arguments: [("9s", true), ("10s", false)])
  func opens(duration: String, speaks: Bool) throws {
    let lines =
      "timeout: 60s\nattemptTimeout: 10s\nretry: false\n"
      + "circuitBreaker: { consecutiveFailures: 5, openDuration: \(duration) }"
    #expect((try Self.finding("opens-shorter-than-attempt", CheckCase.file(lines)) != nil) == speaks)
    let old = Lock((now: 0, met: 0))
    let world = try PolicyWorld(try dependency(lines)) { number, simulation in
      // The first ten hang, the next five fail at once and open the breaker, then come probes.
      if number <= 10 {
        old.withLock { $0.now += 1 }
        defer { old.withLock { $0.now -= 1 } }
        try await simulation.runtime.sleep(for: .seconds(86_400))
      } else if number <= 15 {
        throw PolicyWorld.Busy()
      } else {
        old.withLock { $0.met = max($0.met, $0.now) }
      }
    }
    try world.simulation.run {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<10 { group.addTask { await world.call() } }
        group.addTask {
          try? await world.simulation.runtime.sleep(for: .milliseconds(50))
          for _ in 0..<130 {
            await world.call()
            try? await world.simulation.runtime.sleep(for: .milliseconds(100))
          }
        }
      }
    }
    #expect(world.attempts > 15 && world.breaker?.snapshot(on: world.simulation.runtime).trips == 1)
    #expect(old.withLock { $0.met } == (speaks ? 10 : 0))
  }

  @Test(
    "R13.3 limit-never-reached: under overload the lowest adaptive limit changes nothing; put right, it bounds the load",
    arguments: [
      (
        "adaptiveLimit: { kind: aimd, min: 10, initial: 20, max: 50 }\nbulkhead: { maxConcurrent: 10, maxQueue: 0 }",
        true, 10
      ),
      (
        "adaptiveLimit: { kind: aimd, min: 6, initial: 20, max: 50 }\nbulkhead: { maxConcurrent: 10, maxQueue: 0 }",
        false, 6
      ),
      // Who waits for a place counts inside of the adaptive limit: here it does something.
      (
        "adaptiveLimit: { kind: aimd, min: 10, initial: 20, max: 50 }\nbulkhead: { maxConcurrent: 10, maxQueue: 50, maxWait: 1s }",
        false, 10
      ),
    ])
  func limit(settings: String, speaks: Bool, most: Int) throws {
    let lines = "timeout: 30s\nattemptTimeout: 1s\nretry: false\ncircuitBreaker: false\n" + settings
    #expect((try Self.finding("limit-never-reached", CheckCase.file(lines)) != nil) == speaks)
    func worst(_ lines: String) throws -> (inside: Int, waiting: Int) {
      let seen = Lock((now: 0, most: 0, waiting: 0))
      let place = Lock<PolicyWorld?>(nil)
      let world = try PolicyWorld(try dependency(lines)) { number, simulation in
        let isLate = simulation.now() > 60_000_000_000
        let waiting = place.withLock { $0?.policies.bulkhead?.occupancy.waiting ?? 0 }
        seen.withLock { seen in
          seen.now += 1
          if isLate { seen.most = max(seen.most, seen.now) }
          if isLate { seen.waiting = max(seen.waiting, waiting) }
        }
        defer { seen.withLock { $0.now -= 1 } }
        try await simulation.runtime.sleep(for: .seconds(86_400))
      }
      place.withLock { $0 = world }
      try world.load(for: .seconds(120), callers: 40, pause: .milliseconds(100))
      place.withLock { $0 = nil }
      return seen.withLock { ($0.most, $0.waiting) }
    }
    let limited = try worst(lines)
    let alone = try worst(
      "timeout: 30s\nattemptTimeout: 1s\nretry: false\ncircuitBreaker: false\n"
        + settings.split(separator: "\n").last.map(String.init)!)
    #expect(limited.inside == most)
    #expect((limited == alone) == speaks, "\(limited) with the limit, \(alone) without")
  }
}
