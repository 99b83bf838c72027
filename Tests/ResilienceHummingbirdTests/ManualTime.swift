import Resilience

@testable import ResilienceHummingbird

/// A clock that stands still until the test moves it; sleeping moves it at once.
final class ManualTime: Sendable {
  private let milliseconds = Lock<Int64>(1_790_000_000_000)

  var clock: OperationsClock {
    OperationsClock(
      now: { self.milliseconds.withLock { $0 } },
      sleep: { length in
        try Task.checkCancellation()
        self.advance(by: length)
        await Task.yield()
      })
  }

  func advance(by length: Int64) { self.milliseconds.withLock { $0 += length } }
}
