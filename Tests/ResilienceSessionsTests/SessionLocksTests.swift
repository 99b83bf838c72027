import Resilience
import ResilienceSimulation
import ResilienceTesting
import Testing

@testable import ResilienceSessions

@Suite("Session locks")
struct SessionLocksTests {
  @Test("R8.4 one session at a time, in the order of arrival, and nothing is left when nobody uses it, in 100 worlds")
  func exclusion() throws {
    try withEvery(seeds: 100) { simulation in
      try simulation.run {
        let locks = SessionLocks(maxWait: .seconds(3_600), maxQueue: 100)
        let inside = Shared<[String: Int]>([:])
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<30 {
            group.addTask {
              let name = "s\(number % 3)"
              let context = Context(simulation.runtime)
              try await locks.withLock(name, in: context) {
                #expect(
                  inside.withLock { counts in
                    counts[name, default: 0] += 1
                    return counts[name]
                  } == 1)
                try await simulation.runtime.sleep(for: .milliseconds(Int64(simulation.random() % 50)))
                inside.withLock { $0[name, default: 0] -= 1 }
              }
            }
          }
          try await group.waitForAll()
        }
        #expect(locks.count == 0)
      }
    }
  }

  @Test("R8.4 the wait for a session has a bound, and a cancelled waiter leaves nothing behind")
  func bounded() throws {
    let simulation = Simulation()
    try simulation.run {
      let locks = SessionLocks(maxWait: .seconds(5), maxQueue: 1)
      let context = Context(simulation.runtime)
      await withTaskGroup(of: Void.self) { group in
        group.addTask {
          try? await locks.withLock("a", in: context) { try await simulation.runtime.sleep(for: .seconds(60)) }
        }
        try? await simulation.runtime.sleep(for: .seconds(1))
        let began = simulation.runtime.now()
        let error = await #expect(throws: Rejection.self) { try await locks.withLock("a", in: context) {} }
        #expect(error?.reason == .queueTimeout)
        #expect(simulation.runtime.now() - began == 5_000_000_000)
        let waiter = simulation.runtime.spawn { try? await locks.withLock("a", in: context) {} }
        try? await simulation.runtime.sleep(for: .seconds(1))
        waiter.cancel()
        await waiter.value
        group.cancelAll()
      }
      #expect(locks.count == 0)
    }
  }
}
