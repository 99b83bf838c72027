internal import Synchronization

/// What a breaker says to every call while it refuses them all, for callers to read without the breaker's lock.
///
/// The notice is under a lock of its own; each lane has a copy, which only its thread reads and writes, and the last
/// error that was made of it. So a reader takes no lock and counts no reference that another thread writes. A bare
/// atomic reference would not do: its object could be released between load and retain. A copy that is out of date is
/// replaced when its thread is next refused; until then it keeps the last failure alive. Written once per change of
/// state, under the breaker's lock.
struct RefusalBoard: ~Copyable, @unchecked Sendable {
  /// From which state on, until when, and what refusals are made of.
  struct Notice: Sendable {
    /// The breaker's word that it belongs to; with another it is out of date.
    let word: UInt64
    let until: Instant
    let basis: Rejection.Basis
  }

  /// A lane's copy, and the last error that was made of it.
  private struct Copy: Sendable {
    /// Which notice of the board it is.
    var edition: UInt64 = 0
    var notice: Notice?
    var error: (any Error)?
    var made: Instant = .min
  }

  private struct Cell: ~Copyable {
    var copy = Copy()
    let padding: InlineArray<10, Int> = .init(repeating: 0)  // two lines in all
  }

  /// Bytes that it holds, always the same.
  static var footprint: Int {
    LiveRuntimeLanes.count * MemoryLayout<Cell>.stride + MemoryLayout<Lock<Copy>>.stride + AtomicWords.perLine * 8
  }

  private let lanes = LiveRuntimeLanes.shared
  private let cells: UnsafeMutablePointer<Cell>
  /// [0]: how many notices there were; written under the board's lock.
  private let edition = AtomicWords(1)
  /// The notice itself, and what threads without a lane were told last.
  private let board = Lock(Copy())

  init() {
    self.cells = .allocate(capacity: LiveRuntimeLanes.count)
    for index in 0..<LiveRuntimeLanes.count { (self.cells + index).initialize(to: Cell()) }
  }

  deinit {
    self.cells.deinitialize(count: LiveRuntimeLanes.count)
    self.cells.deallocate()
  }

  /// A refusal, if calls are refused in this state for longer than `margin`.
  @inline(__always)
  func rejection(_ word: UInt64, at now: Instant, atLeast margin: Int64, _ context: Context) -> Rejection? {
    guard let notice = self.notice(word), notice.until - now > margin else { return nil }
    let wait = notice.until == .max ? nil : notice.until - now
    return Rejection(notice.basis, retryAfter: wait, correlationID: context.correlationID)
  }

  @inline(__always)
  private func notice(_ word: UInt64) -> Notice? {
    let lane = self.lanes.own
    guard _fastPath(lane < LiveRuntimeLanes.count) else {
      return self.board.withLock { $0.notice?.word == word ? $0.notice : nil }
    }
    if _slowPath(self.cells[lane].copy.edition != self.currentEdition) { self.update(lane) }
    guard let notice = self.cells[lane].copy.notice, notice.word == word else { return nil }
    return notice
  }

  private var currentEdition: UInt64 { self.edition[0].pointee.load(ordering: .acquiring) }

  @inline(never)
  private func update(_ lane: Int) {
    let copy = self.board.withLock { Copy(edition: self.currentEdition, notice: $0.notice) }
    let notice = copy.notice.map { Notice(word: $0.word, until: $0.until, basis: $0.basis.copy()) }
    self.cells[lane].copy = Copy(edition: copy.edition, notice: notice)
  }

  /// The same for a call of no known request, boxed: whoever is refused at the same instant gets the same box.
  @inline(__always)
  func error(_ word: UInt64, at now: Instant, atLeast margin: Int64) -> (any Error)? {
    let lane = self.lanes.own
    guard _fastPath(lane < LiveRuntimeLanes.count) else {
      return self.errorWithoutLane(word, at: now, atLeast: margin)
    }
    let cell = self.cells + lane
    if _fastPath(
      cell.pointee.copy.made == now && cell.pointee.copy.edition == self.currentEdition
        && cell.pointee.copy.notice?.word == word)
    {
      return cell.pointee.copy.error
    }
    return self.makeError(word, at: now, atLeast: margin, lane)
  }

  @inline(never)
  private func makeError(_ word: UInt64, at now: Instant, atLeast margin: Int64, _ lane: Int) -> (any Error)? {
    guard let notice = self.notice(word), notice.until - now > margin else { return nil }
    self.cells[lane].copy.error = Self.error(notice, at: now)
    self.cells[lane].copy.made = now
    return self.cells[lane].copy.error
  }

  @inline(never)
  private func errorWithoutLane(_ word: UInt64, at now: Instant, atLeast margin: Int64) -> (any Error)? {
    self.board.withLock { board in
      guard let notice = board.notice, notice.word == word, notice.until - now > margin else { return nil }
      if board.made != now { (board.error, board.made) = (Self.error(notice, at: now), now) }
      return board.error
    }
  }

  private static func error(_ notice: Notice, at now: Instant) -> any Error {
    Rejection(notice.basis, retryAfter: notice.until == .max ? nil : notice.until - now, correlationID: nil)
  }

  /// Puts up a notice; nil takes it down.
  func put(_ notice: Notice?) {
    var copy = Copy(notice: notice)
    self.board.withLock {
      swap(&$0, &copy)  // what was there is released outside the lock
      self.edition[0].pointee.wrappingAdd(1, ordering: .releasing)
    }
  }
}
