public import Synchronization

/// One bit for each of the last n outcomes, and the number of bits that are set.
///
/// Whoever flips a bit adjusts the number, so bits and number agree once everybody has finished.
@frozen
@usableFromInline
struct BitPlane: ~Copyable, Sendable {
  @usableFromInline let words: AtomicWords  // [0] the number, [1...] the bits

  init(size: Int) { self.words = AtomicWords(1 + (size + 63) / 64) }

  @inlinable
  func clear(_ index: UInt64) {
    let word = self.words[1 + Int(truncatingIfNeeded: index >> 6)]
    let mask: UInt64 = 1 << (index & 63)
    // Usually the bit is clear already: then nothing is written.
    if _slowPath(word.pointee.load(ordering: .relaxed) & mask != 0),
      word.pointee.bitwiseAnd(~mask, ordering: .relaxed).oldValue & mask != 0
    {
      self.words[0].pointee.wrappingSubtract(1, ordering: .relaxed)
    }
  }

  func set(_ index: UInt64) {
    let mask: UInt64 = 1 << (index & 63)
    let word = self.words[1 + Int(truncatingIfNeeded: index >> 6)]
    if word.pointee.bitwiseOr(mask, ordering: .relaxed).oldValue & mask == 0 {
      self.words[0].pointee.wrappingAdd(1, ordering: .relaxed)
    }
  }

  var count: Int { Int(truncatingIfNeeded: self.words[0].pointee.load(ordering: .relaxed)) }
  func reset() { self.words.reset() }
}
