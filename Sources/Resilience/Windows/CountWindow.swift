public import Synchronization

/// The last `size` outcomes.
///
/// All successes are alike: between two outcomes that are not, only their number matters. So a success is counted in
/// its thread's lane, without a lock and without a line of memory that others write, and the successes so far enter the
/// ring when something else is recorded, before it. The window stays exactly "the last n": a success that is counted
/// while another thread records a failure may come before it or after, as before.
///
/// Whatever is not a success is recorded under the breaker's lock, by one thread at a time.
@usableFromInline
struct CountWindow: ~Copyable, Sendable {
  /// A line for each lane, and one for threads without; in that one also the ring's position, and how many successes of
  /// all lanes have entered it.
  let successes = AtomicWords((LiveRuntimeLanes.count + 1) * AtomicWords.perLine)
  private let lanes = LiveRuntimeLanes.shared
  let failures: BitPlane
  let slow: BitPlane
  let size: UInt64
  let countsSlow: Bool

  private static var ring: Int { LiveRuntimeLanes.count * AtomicWords.perLine + 8 }

  init(size: Int, countsSlow: Bool) {
    self.size = UInt64(size)
    self.countsSlow = countsSlow
    self.failures = BitPlane(size: size)
    self.slow = BitPlane(size: countsSlow ? size : 1)
  }

  func recordSuccess() {
    let lane = self.lanes.own
    let count = self.successes[min(lane, LiveRuntimeLanes.count) * AtomicWords.perLine]
    if lane < LiveRuntimeLanes.count {
      Self.increment(count)
    } else {
      count.pointee.wrappingAdd(1, ordering: .relaxed)
    }
  }

  /// One more, in the lane of the thread that asks: nobody else writes there.
  @inlinable
  @inline(__always)
  static func increment(_ count: UnsafeMutablePointer<Atomic<UInt64>>) {
    count.pointee.store(count.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  /// Under the breaker's lock.
  func record(failure: Bool, slow: Bool) {
    guard failure || slow else { return self.recordSuccess() }
    self.merge()
    let index = self.position % self.size
    self.failures.set(index, to: failure)
    if self.countsSlow { self.slow.set(index, to: slow) }
    self.move(to: self.position &+ 1)
  }

  /// The successes so far enter the ring; under the breaker's lock.
  private func merge() {
    let counted = self.counted
    let news = counted &- self.merged
    guard news > 0 else { return }
    self.failures.clear(from: self.position, count: news, of: self.size)
    if self.countsSlow { self.slow.clear(from: self.position, count: news, of: self.size) }
    self.move(to: self.position &+ news)
    self.successes[Self.ring + 1].pointee.store(counted, ordering: .relaxed)
  }

  private var position: UInt64 { self.successes[Self.ring].pointee.load(ordering: .relaxed) }
  private var merged: UInt64 { self.successes[Self.ring + 1].pointee.load(ordering: .relaxed) }
  private func move(to position: UInt64) { self.successes[Self.ring].pointee.store(position, ordering: .relaxed) }

  /// How many successes there ever were.
  private var counted: UInt64 {
    (0...LiveRuntimeLanes.count).reduce(0) {
      $0 &+ self.successes[$1 * AtomicWords.perLine].pointee.load(ordering: .relaxed)
    }
  }

  /// What the window holds; changes nothing, so also without the lock, where it may be a moment behind.
  func tally() -> Tally {
    let news = self.counted &- self.merged
    let position = self.position
    return Tally(
      total: Int(min(position &+ news, self.size)),
      failures: self.failures.count(without: news, from: position, of: self.size),
      slow: self.countsSlow ? self.slow.count(without: news, from: position, of: self.size) : 0)
  }

  /// How many outcomes were recorded since it was last reset.
  var recorded: UInt64 { self.position &+ (self.counted &- self.merged) }

  /// Many outcomes at once; the failures count as the newest.
  func fill(_ tally: Tally) {
    let total = min(Int(self.size), max(0, tally.total))
    let failures = min(total, max(0, tally.failures))
    let slow = min(total, max(0, tally.slow))
    for index in 0..<total { self.record(failure: index >= total - failures, slow: index >= total - slow) }
  }

  /// Forgets everything; under the breaker's lock.
  func reset() {
    self.successes[Self.ring + 1].pointee.store(self.counted, ordering: .relaxed)
    self.move(to: 0)
    self.failures.reset()
    self.slow.reset()
  }

  /// Bytes that it holds, always the same.
  var footprint: Int { (self.successes.count + self.failures.words.count + self.slow.words.count) * 8 }
}
