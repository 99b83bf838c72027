internal import Resilience

/// Counts the connections to each origin over all event loops.
final class ConnectionCount: Sendable {
  private let limit: Int
  private let counts = Lock<[UpstreamOrigin: Int]>([:])

  init(limit: Int) { self.limit = limit }

  /// Takes a place for one more connection; `false` if all are taken.
  func reserve(_ origin: UpstreamOrigin) -> Bool {
    self.counts.withLock { counts in
      let count = counts[origin] ?? 0
      guard count < self.limit else { return false }
      counts[origin] = count + 1
      return true
    }
  }

  func release(_ origin: UpstreamOrigin) {
    self.counts.withLock { counts in
      let count = counts[origin] ?? 0
      counts[origin] = count > 1 ? count - 1 : nil
    }
  }

  func count(_ origin: UpstreamOrigin) -> Int { self.counts.withLock { $0[origin] ?? 0 } }
}
