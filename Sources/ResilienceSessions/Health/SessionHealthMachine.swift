internal import Resilience

/// Counts how the store answers: success rates, the last response times, the last error.
///
/// Pure: told of each operation's end, with its length. Constant memory: a ring of the last 100 results of each
/// operation, one of all together, and one of the last 100 response times.
struct SessionHealthMachine: Sendable {
  /// How many results each operation remembers, and how many response times are averaged.
  static let remembered = 100

  struct Counter: Sendable {
    var total = 0
    var failed = 0
    /// The last results, oldest first from `next` on; true is a success.
    var recent: [Bool] = []
    var next = 0

    mutating func add(_ succeeded: Bool) {
      self.total += 1
      if !succeeded { self.failed += 1 }
      if self.recent.count < SessionHealthMachine.remembered {
        self.recent.append(succeeded)
      } else {
        self.recent[self.next] = succeeded
        self.next = (self.next + 1) % SessionHealthMachine.remembered
      }
    }

    var rate: Double? {
      self.recent.isEmpty ? nil : Double(self.recent.count { $0 }) / Double(self.recent.count)
    }
  }

  private(set) var counters: [SessionOperation: Counter] = [:]
  /// All operations together: an operation that nobody does any more must not be judged by for ever.
  private var all = Counter()
  private(set) var times: [Int64] = []
  private var nextTime = 0
  private var sum: Int64 = 0
  private(set) var slow = 0
  private(set) var lastError: SessionHealthStatus.Failure?
  /// Whether the last that was heard of the store is that it failed.
  private(set) var hasFailedLast = false

  /// An operation on the primary store has ended.
  ///
  /// - Parameters:
  ///   - operation: Which.
  ///   - length: How long it took, in nanoseconds.
  ///   - failure: Why the store failed; nil: it answered, be it with "not found".
  ///   - now: The time in milliseconds since 1970.
  /// - Returns: Whether it was slow.
  @discardableResult
  mutating func ended(
    _ operation: SessionOperation, length: Int64, failure: SessionError?, slowAt: Int64, now: Int64
  ) -> Bool {
    self.counters[operation, default: Counter()].add(failure == nil)
    self.all.add(failure == nil)
    self.remember(length)
    self.hasFailedLast = failure != nil
    if let failure { self.lastError = .init(operation: operation, reason: failure.reason, time: now) }
    guard length >= slowAt else { return false }
    self.slow += 1
    return true
  }

  private mutating func remember(_ length: Int64) {
    self.sum &+= length
    if self.times.count < Self.remembered {
      self.times.append(length)
    } else {
      self.sum &-= self.times[self.nextTime]
      self.times[self.nextTime] = length
      self.nextTime = (self.nextTime + 1) % Self.remembered
    }
  }

  /// The mean of the last response times; nil before the first.
  var averageTime: Int64? { self.times.isEmpty ? nil : self.sum / Int64(self.times.count) }

  /// The share of the last 100 results, of whatever operation, that succeeded; nil before the first.
  var successRate: Double? { self.all.rate }
}
