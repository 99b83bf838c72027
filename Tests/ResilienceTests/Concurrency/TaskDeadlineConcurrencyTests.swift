import Resilience
import Testing

/// Real threads; made for the thread sanitizer as well.
@Suite struct TaskDeadlineConcurrencyTests {
  /// Calls with deadlines that mostly do not pass, some of which do, each in a task of its own.
  private func storm(_ worker: Int) async -> (passed: Int, ended: Int, strayed: Int) {
    var counts = (passed: 0, ended: 0, strayed: 0)
    for number in 0..<300 {
      let hangs = number % 25 == worker
      let outcome = await Task { () -> (isTimeout: Bool, isCancelled: Bool) in
        do {
          try await withTaskDeadline(hangs ? .milliseconds(2) : .seconds(60)) {
            await Task.yield()
            if hangs { try await Runtime.live.sleep(until: .max) }
          }
          return (false, Task.isCancelled)
        } catch {
          return ((error as? Rejection)?.reason == .timeout, Task.isCancelled)
        }
      }.value
      switch outcome {
      case (true, true) where hangs: counts.ended += 1
      case (false, false) where !hangs: counts.passed += 1
      default: counts.strayed += 1
      }
    }
    return counts
  }

  @Test("R3.1 of many tasks with deadlines, exactly those are cancelled whose own deadline passed")
  func storm() async {
    let counts = await withTaskGroup(of: (passed: Int, ended: Int, strayed: Int).self) { group in
      for worker in 0..<4 { group.addTask { await self.storm(worker) } }
      return await group.reduce(into: (0, 0, 0)) { $0 = ($0.0 + $1.passed, $0.1 + $1.ended, $0.2 + $1.strayed) }
    }
    #expect(counts.0 == 4 * 288 && counts.1 == 4 * 12 && counts.2 == 0)
  }
}
