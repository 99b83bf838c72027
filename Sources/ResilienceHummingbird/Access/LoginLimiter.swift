internal import Resilience

/// Slows down guessing: ten failed logins per address, and one more every thirty seconds.
///
/// Bounded: with too many addresses the one that failed longest ago is forgotten.
final class LoginLimiter: Sendable {
  private struct Failures {
    var count: Double
    var at: Int64
  }

  static let allowed = 10.0
  static let millisecondsPerAttempt: Int64 = 30_000
  private let capacity: Int
  private let failures = Lock([String: Failures]())

  init(capacity: Int = 1000) { self.capacity = max(1, capacity) }

  /// How many seconds an address has to wait before its next attempt; nil = it may try now.
  func secondsToWait(_ address: String, at now: Int64) -> Int? {
    self.failures.withLock { failures in
      guard let past = failures[address] else { return nil }
      let left = Self.remaining(past, at: now)
      guard left > Self.allowed - 1 else { return nil }
      return Int((left - Self.allowed + 1) * Double(Self.millisecondsPerAttempt) / 1000) + 1
    }
  }

  /// Counts a failed login.
  func recordFailure(_ address: String, at now: Int64) {
    self.failures.withLock { failures in
      let count = (failures[address].map { Self.remaining($0, at: now) } ?? 0) + 1
      if failures[address] == nil, failures.count >= self.capacity,
        let oldest = failures.min(by: { $0.value.at < $1.value.at })
      {
        failures[oldest.key] = nil
      }
      failures[address] = Failures(count: count, at: now)
    }
  }

  /// Forgets an address's failures after a good login.
  func recordSuccess(_ address: String) { self.failures.withLock { $0[address] = nil } }

  private static func remaining(_ failures: Failures, at now: Int64) -> Double {
    max(0, failures.count - Double(max(0, now - failures.at)) / Double(self.millisecondsPerAttempt))
  }
}
