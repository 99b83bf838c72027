import Synchronization
import Testing

@testable import Resilience

/// Real threads; made for the thread sanitizer as well.
@Suite struct TimerConcurrencyTests {
  private final class Alarm: TimerEntry, @unchecked Sendable {
    let fired = Atomic(0)
    let early = Atomic(false)
    let due: Instant
    init(due: Instant) { self.due = due }
    override func fire() {
      if Runtime.live.now() < self.due { self.early.store(true, ordering: .relaxed) }
      self.fired.wrappingAdd(1, ordering: .acquiringAndReleasing)
    }
  }

  /// Arms a mixture of near, far, past and wrapping deadlines, and takes every third back.
  private func storm(_ worker: Int) async -> [(alarm: Alarm, isTakenBack: Bool)] {
    var alarms: [(Alarm, Bool)] = []
    for number in 0..<2_000 {
      let offset: Int64 = [0, -5_000_000, 1_000_000, 3_000_000, 40_000_000, 520_000_000][(number + worker) % 6]
      let due = Runtime.live.now() + offset
      let alarm = Alarm(due: due)
      Runtime.live.arm(alarm, at: due)
      let isTakenBack = number % 3 == 0
      if isTakenBack { Runtime.live.disarm(alarm) }
      alarms.append((alarm, isTakenBack))
      if number % 50 == 0 { await Task.yield() }
    }
    return alarms
  }

  @Test("R3.1 timers armed and taken back from many threads fire once, never early, and none is lost")
  func storm() async throws {
    let alarms = await withTaskGroup(of: [(alarm: Alarm, isTakenBack: Bool)].self) { group in
      for worker in 0..<4 { group.addTask { await self.storm(worker) } }
      return await group.reduce(into: []) { $0 += $1 }
    }
    for _ in 0..<100 where alarms.contains(where: { !$0.isTakenBack && $0.alarm.fired.load(ordering: .acquiring) == 0 })
    {
      try await Runtime.live.sleep(for: .milliseconds(50))
    }
    for (alarm, isTakenBack) in alarms {
      let fired = alarm.fired.load(ordering: .acquiring)
      #expect(isTakenBack ? fired <= 1 : fired == 1)
      let isEarly = alarm.early.load(ordering: .relaxed)
      #expect(!isEarly)
    }
  }

  @Test("R3.1 sleeps on many threads all end, none early, cancelled ones at once")
  func sleeps() async {
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<64 {
        group.addTask {
          for number in 0..<10 {
            let due = Runtime.live.now() + Int64((worker + number) % 5) * 1_000_000
            if (worker + number) % 4 == 0 {
              let task = Task { try await Runtime.live.sleep(until: .max / 4) }
              task.cancel()
              await #expect(throws: CancellationError.self) { try await task.value }
            } else {
              try? await Runtime.live.sleep(until: due)
              #expect(Runtime.live.now() >= due)
            }
          }
        }
      }
    }
  }

  @Test("R3.1 time-outs, results and cancellations that race leave exactly one outcome each")
  func timeouts() async {
    let pipeline = Pipeline { Timeout(.milliseconds(1)) }
    let outcomes = await withTaskGroup(of: String.self) { group in
      for number in 0..<600 {
        group.addTask {
          let task = Task {
            try await pipeline {
              try await Runtime.live.sleep(for: .microseconds(600 + number % 10 * 100))
              return 1
            }
          }
          if number % 7 == 0 {
            await Task.yield()
            task.cancel()
          }
          do { return "\(try await task.value)" } catch let rejection as Rejection {
            return rejection.reason.rawValue
          } catch { return "\(type(of: error))" }
        }
      }
      return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
    #expect(outcomes.values.reduce(0, +) == 600)
    #expect(Set(outcomes.keys).isSubset(of: ["1", "timeout", "CancellationError"]), "\(outcomes)")
    #expect(outcomes["timeout", default: 0] > 0)
  }
}
