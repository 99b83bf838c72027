/// What a breaker says to every call while it refuses them all, for callers to read without the breaker's lock.
///
/// One copy of the notice per stripe of threads, each with a lock of its own on lines of its own: a reader takes no
/// lock and counts no reference that another thread writes. A bare atomic reference would not do: its object could be
/// released between load and retain. Written once per change of state, under the breaker's lock.
struct RefusalBoard: ~Copyable, @unchecked Sendable {
  /// From which state on, until when, and what refusals are made of.
  struct Notice: Sendable {
    /// The breaker's word that it belongs to; with another it is out of date.
    let word: UInt64
    let until: Instant
    let basis: Rejection.Basis
  }

  /// A stripe's copy, and the last error that was made of it.
  private struct Copy: Sendable {
    var notice: Notice?
    var error: (any Error)?
    var made: Instant = .min
  }

  private struct Cell: ~Copyable {
    let copy = Lock(Copy())
    let padding: InlineArray<16, Int> = .init(repeating: 0)
  }

  /// Bytes that it holds, always the same.
  static var footprint: Int { Self.stripes * MemoryLayout<Cell>.stride }

  private static var stripes: Int { 4 }
  private let cells: UnsafeMutablePointer<Cell>

  init() {
    self.cells = .allocate(capacity: Self.stripes)
    for index in 0..<Self.stripes { (self.cells + index).initialize(to: Cell()) }
  }

  deinit {
    self.cells.deinitialize(count: Self.stripes)
    self.cells.deallocate()
  }

  /// A refusal, if calls are refused in this state for longer than `margin`.
  @inline(__always)
  func rejection(_ word: UInt64, at now: Instant, atLeast margin: Int64, _ context: Context) -> Rejection? {
    var until: Instant = 0
    let basis: Rejection.Basis? = self.cells[LiveTime.stripe() & (Self.stripes - 1)].copy.withLock {
      guard let notice = $0.notice, notice.word == word, notice.until - now > margin else { return nil }
      until = notice.until
      return notice.basis
    }
    guard let basis else { return nil }
    return Rejection(basis, retryAfter: until == .max ? nil : until - now, correlationID: context.correlationID)
  }

  /// The same for a call of no known request, boxed: whoever is refused at the same instant gets the same box.
  func error(_ word: UInt64, at now: Instant, atLeast margin: Int64) -> (any Error)? {
    self.cells[LiveTime.stripe() & (Self.stripes - 1)].copy.withLock { copy in
      guard let notice = copy.notice, notice.word == word, notice.until - now > margin else { return nil }
      if copy.made == now { return copy.error }
      let wait = notice.until == .max ? nil : notice.until - now
      copy.error = Rejection(notice.basis, retryAfter: wait, correlationID: nil)
      copy.made = now
      return copy.error
    }
  }

  /// Puts up a notice, a copy per stripe; nil takes it down.
  func put(_ notice: () -> Notice?) {
    for index in 0..<Self.stripes {
      var copy = Copy(notice: notice())
      self.cells[index].copy.withLock { swap(&$0, &copy) }  // what was there is released outside the lock
    }
  }
}
