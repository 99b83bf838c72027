internal import Resilience
internal import ResilienceInterfaces

/// When the next attempt to connect may begin, for all threads of a database.
///
/// While a server is away callers hear at once why, instead of all of them trying.
final class PostgreSQLReconnect: Sendable {
  private struct State {
    var next: Instant = .min
    var last: StoreFailure?
    var delays = BackoffGenerator(
      .exponential(initial: .milliseconds(20), max: .seconds(1)), jitter: .equal, runtime: .live)
  }

  private let state = Lock(State())

  /// Why not now; nil if an attempt may begin.
  func refusal(at now: Instant) -> StoreFailure? {
    self.state.withLock { state in now < state.next ? state.last : nil }
  }

  func succeeded() {
    self.state.withLock { state in
      state.next = .min
      state.last = nil
      state.delays.reset()
    }
  }

  func failed(_ failure: StoreFailure, at now: Instant) {
    self.state.withLock { state in
      // Threads that fail together count as one failure.
      guard now >= state.next else { return }
      state.last = failure
      state.next = now + state.delays.next().nanoseconds
    }
  }
}
