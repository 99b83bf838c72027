internal import Synchronization

/// Two neighbouring words that change together, in memory that belongs to somebody else.
///
/// They are read one by one, at the price of plain loads: what was not of one moment is found out by the exchange. It
/// costs as much as a lock that nobody holds, and nobody ever waits for whoever is in the middle of it.
struct AtomicPair: @unchecked Sendable {
  private let words: UnsafeMutablePointer<Atomic<UInt64>>

  /// The pair that begins here: at a multiple of 16 bytes.
  init(at words: UnsafeMutablePointer<Atomic<UInt64>>) { self.words = words }

  @inline(__always)
  var first: UInt64 { self.words.pointee.load(ordering: .acquiring) }
  @inline(__always)
  var second: UInt64 { (self.words + 1).pointee.load(ordering: .acquiring) }

  /// Changes both if both are still as expected; it may fail for no reason.
  @inline(__always)
  func exchange(expected: (UInt64, UInt64), desired: (UInt64, UInt64)) -> Bool {
    UnsafeMutableRawPointer(self.words).assumingMemoryBound(to: Atomic<WordPair>.self).pointee
      .weakCompareExchange(
        expected: WordPair(first: UInt(expected.0), second: UInt(expected.1)),
        desired: WordPair(first: UInt(desired.0), second: UInt(desired.1)), ordering: .acquiringAndReleasing
      ).exchanged
  }
}
