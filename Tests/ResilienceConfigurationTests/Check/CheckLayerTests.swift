import Resilience
import ResilienceSimulation
import Testing

@testable import ResilienceConfiguration

@Suite("The figures of rules about callers and callees, found again in virtual time")
struct CheckLayerTests {
  private static func layers(_ front: String, _ back: String) throws -> (LoadedConfiguration, [DependencyConfiguration])
  {
    let loaded = try load(
      "dependencies:\n  front: { url: http://a, dependsOn: [back], \(front) }\n  back: { url: http://b, \(back) }\n")
    return (loaded, loaded.configuration.dependencies)
  }

  private static func figure(_ rule: String, _ name: String, _ loaded: LoadedConfiguration) -> String? {
    ConfigurationCheck.findings(in: loaded).first { $0.rule == rule }?.figures.first { $0.name == name }?.value
  }

  @Test(
    "R13.3 deadline-cannot-be-met: the callee's worst case and the caller's time are as stated, and the caller gives up first",
    arguments: [("timeout: 5s", "5s"), ("timeout: 11s", nil)] as [(String, String?)])
  func deadline(front: String, stated: String?) throws {
    let (loaded, settings) = try Self.layers(
      front + ", retry: false, circuitBreaker: false", "timeout: 10s, retry: false, circuitBreaker: false")
    #expect(Self.figure("deadline-cannot-be-met", "timeout of front", loaded) == stated)
    let simulation = Simulation(seed: 3)
    let back = try PolicyWorld(settings[1], in: simulation, PolicyWorld.hangs)
    let alone = try simulation.run { await back.call() }
    if stated != nil {
      let worst = Self.figure("deadline-cannot-be-met", "worst case of back", loaded)
      #expect(worst == DurationText.shortened(alone), "\(alone)")
    }
    // A caller that takes the late answer of what it calls.
    let caller = try PolicyWorld(settings[0], in: simulation) { _, simulation in
      try await simulation.runtime.sleep(for: alone)
    }
    let end = try simulation.run { await caller.ended() }
    #expect((end.reason == .timeout) == (stated != nil))
    #expect(end.taken <= settings[0].timeout && (stated == nil || end.taken == .seconds(5)), "\(end.taken)")
  }

  @Test(
    "R13.3 caller-gives-up-first: a second attempt begins while the first is at work below; put right, never",
    arguments: [("attemptTimeout: 5s", true), ("attemptTimeout: 11s", false)])
  func caller(attempt: String, speaks: Bool) throws {
    let (loaded, settings) = try Self.layers(
      "timeout: 60s, \(attempt), circuitBreaker: false", "timeout: 10s, retry: false, circuitBreaker: false")
    #expect((Self.figure("caller-gives-up-first", "worst case of back", loaded) == "10s") == speaks)
    let simulation = Simulation(seed: 4)
    let below = Lock((now: 0, most: 0))
    let back = try PolicyWorld(settings[1], in: simulation, PolicyWorld.hangs)
    let front = try PolicyWorld(settings[0], in: simulation) { _, simulation in
      // Another machine: it works on when its caller has gone away.
      let done = Lock(false)
      simulation.runtime.spawn {
        below.withLock { below in
          below.now += 1
          below.most = max(below.most, below.now)
        }
        await back.call()
        below.withLock { $0.now -= 1 }
        done.withLock { $0 = true }
      }
      while !done.withLock({ $0 }) { try await simulation.runtime.sleep(for: .milliseconds(100)) }
      throw PolicyWorld.Busy()
    }
    _ = try simulation.run { await front.call() }
    #expect(front.attempts == 3)
    #expect(below.withLock { $0.most } == (speaks ? 2 : 1))
  }

  @Test(
    "R13.3 breaker-cannot-close: probes that succeed after their time are not counted, and the breaker never closes",
    arguments: [(9, 20), (9, 1), (10, 20), (10, 1)])
  func probes(lease: Int, callers: Int) throws {
    let lines =
      "retry: false\nattemptTimeout: 10s\n"
      + "circuitBreaker: { openDuration: 20s, maxHalfOpenDuration: \(lease)s }"
    let found = ConfigurationCheck.findings(in: try load(CheckCase.file(lines)))
    #expect(found.contains { $0.rule == "breaker-cannot-close" } == (lease < 10))
    let world = try PolicyWorld(try dependency(lines)) { number, simulation in
      if number <= 5 { throw PolicyWorld.Busy() }
      try await simulation.runtime.sleep(for: .milliseconds(9_500))  // slow, but well
    }
    try world.load(for: .seconds(900), callers: callers, pause: .milliseconds(100))
    let state = world.breaker?.state(on: world.simulation.runtime)
    #expect((state == .closed) == (lease == 10), "\(String(describing: state))")
    #expect(world.breaker?.snapshot(on: world.simulation.runtime).trips == 1)
  }
}
