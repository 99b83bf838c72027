public import Synchronization

/// The last `size` outcomes: every recorder gets its own position.
///
/// Recording is lock-free.
///
/// Cost: one contended atomic (the cursor) is the price of "exactly the last n"; a time window scales better.
@frozen
@usableFromInline
struct CountWindow: ~Copyable, Sendable {
  @usableFromInline let cursor = AtomicWords(1)
  @usableFromInline let failures: BitPlane
  @usableFromInline let slow: BitPlane
  @usableFromInline let size: UInt64
  @usableFromInline let countsSlow: Bool

  init(size: Int, countsSlow: Bool) {
    self.size = UInt64(size)
    self.countsSlow = countsSlow
    self.failures = BitPlane(size: size)
    self.slow = BitPlane(size: countsSlow ? size : 1)
  }

  @inlinable
  func recordSuccess() {
    let index = self.nextIndex()
    self.failures.clear(index)
    if _slowPath(self.countsSlow) { self.slow.clear(index) }
  }

  func record(failure: Bool, slow: Bool) {
    let index = self.nextIndex()
    if failure { self.failures.set(index) } else { self.failures.clear(index) }
    guard self.countsSlow else { return }
    if slow { self.slow.set(index) } else { self.slow.clear(index) }
  }

  @inlinable
  func nextIndex() -> UInt64 {
    self.cursor[0].pointee.wrappingAdd(1, ordering: .relaxed).oldValue % self.size
  }

  func tally() -> Tally {
    Tally(
      total: Int(min(self.cursor[0].pointee.load(ordering: .relaxed), self.size)),
      failures: self.failures.count, slow: self.countsSlow ? self.slow.count : 0)
  }

  /// How many outcomes were recorded since it was last reset.
  var recorded: UInt64 { self.cursor[0].pointee.load(ordering: .relaxed) }

  /// Many outcomes at once; the failures count as the newest.
  func fill(_ tally: Tally) {
    let total = min(Int(self.size), max(0, tally.total))
    let failures = min(total, max(0, tally.failures))
    let slow = min(total, max(0, tally.slow))
    for index in 0..<total { self.record(failure: index >= total - failures, slow: index >= total - slow) }
  }

  func reset() {
    self.cursor.reset()
    self.failures.reset()
    self.slow.reset()
  }

  /// Bytes that it holds, always the same.
  var footprint: Int { (self.cursor.count + self.failures.words.count + self.slow.words.count) * 8 }
}
