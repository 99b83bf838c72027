/// The concurrent form's numbers: calls and extra attempts under way.
///
/// A value that fits in a word, so that it is changed without a lock.
struct ConcurrencyShare: Sendable, Equatable {
  var inFlight: Int32
  var extraAttempts: Int32

  init(_ word: UInt64) {
    self.inFlight = Int32(truncatingIfNeeded: word)
    self.extraAttempts = Int32(truncatingIfNeeded: word >> 32)
  }

  var word: UInt64 {
    UInt64(UInt32(bitPattern: self.inFlight)) | UInt64(UInt32(bitPattern: self.extraAttempts)) << 32
  }

  /// One more extra attempt, if there may be one.
  mutating func tryStart(_ limit: Bound) -> Bool {
    guard Int64(self.extraAttempts) < limit.most(inFlight: self.inFlight) else { return false }
    self.extraAttempts += 1
    return true
  }

  /// How many extra attempts there may be.
  struct Bound: Sendable {
    private let millionths: Int64
    private let minimum: Int64

    init(ratio: Double, minimum: Int) {
      self.millionths = RetryBudget.millionths(ratio, max: 10)
      self.minimum = Int64(min(1_000_000, max(0, minimum)))
    }

    init(word: UInt64) {
      self.millionths = Int64(word & 0xFFFF_FFFF)
      self.minimum = Int64(word >> 32)
    }

    var word: UInt64 { UInt64(self.millionths) | UInt64(self.minimum) << 32 }

    init?(_ configuration: RetryBudget.Configuration) {
      guard case .concurrency(let ratio, let minimum) = configuration else { return nil }
      self.init(ratio: ratio, minimum: minimum)
    }

    func most(inFlight: Int32) -> Int64 {
      max(self.minimum, Int64(max(0, inFlight)) * self.millionths / 1_000_000)
    }
  }
}
