public import Synchronization

/// 64-bit atomics on cache lines that they share with nothing else.
///
/// Neighbouring heap objects shared lines in the prototypes: a bulkhead's counter made a breaker's read-mostly word
/// expensive to read.
@frozen
@usableFromInline
struct AtomicWords: ~Copyable, @unchecked Sendable {
  @usableFromInline let words: UnsafeMutablePointer<Atomic<UInt64>>
  @usableFromInline let count: Int

  /// 128 bytes: adjacent lines are prefetched in pairs.
  @usableFromInline static let perLine = 16

  @usableFromInline
  init(_ count: Int) {
    self.count = (count + Self.perLine - 1) / Self.perLine * Self.perLine
    self.words = UnsafeMutableRawPointer.allocate(byteCount: self.count * 8, alignment: 128)
      .bindMemory(to: Atomic<UInt64>.self, capacity: self.count)
    for index in 0..<self.count { (self.words + index).initialize(to: Atomic(0)) }
  }

  @inlinable
  subscript(index: Int) -> UnsafeMutablePointer<Atomic<UInt64>> { self.words + index }

  func reset() {
    for index in 0..<self.count { self.words[index].store(0, ordering: .relaxed) }
  }

  @usableFromInline
  deinit { self.words.deallocate() }
}
