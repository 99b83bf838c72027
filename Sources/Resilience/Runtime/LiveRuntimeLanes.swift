#if canImport(Glibc)
  public import Glibc
#elseif canImport(Musl)
  public import Musl
#endif

/// A small number for each of a few threads, which no other living thread has: a lane.
///
/// What only one thread writes needs no atomic addition: a load and a store do, at a quarter of the price, and no line
/// of memory goes back and forth. So counters that nearly every call moves have a line per lane, and one more that all
/// threads without a lane share. A thread takes its lane when it first asks, and gives it back when it ends; who comes
/// when all are taken has none for as long as it lives. A task may change its thread wherever it suspends: ask again.
@frozen
@usableFromInline
struct LiveRuntimeLanes: Sendable {
  @usableFromInline static let shared = LiveRuntimeLanes()
  @inlinable static var count: Int { 8 }
  /// The lanes that nobody has, as bits.
  private static let free = Lock<UInt64>((1 << UInt64(LiveRuntimeLanes.count)) - 1)

  @usableFromInline let key: pthread_key_t

  private init() {
    var key = pthread_key_t.max
    if pthread_key_create(&key, { Self.giveBack(Int(bitPattern: $0) - 1) }) != 0 { key = .max }
    self.key = key
  }

  /// The lane of the thread that asks; `count` or more if it has none.
  @inlinable
  @inline(__always)
  var own: Int {
    let number = Int(bitPattern: pthread_getspecific(self.key))
    return _fastPath(number != 0) ? number &- 1 : self.take()
  }

  @usableFromInline
  @inline(never)
  func take() -> Int {
    let lane = Self.free.withLock { free -> Int in
      guard free != 0 else { return Self.count }
      let lane = free.trailingZeroBitCount
      free &= free - 1
      return lane
    }
    if pthread_setspecific(self.key, UnsafeRawPointer(bitPattern: lane + 1)) != 0 {
      Self.giveBack(lane)
      return Self.count
    }
    return lane
  }

  private static func giveBack(_ lane: Int) {
    guard lane < Self.count else { return }
    Self.free.withLock { $0 |= 1 << UInt64(lane) }
  }
}
