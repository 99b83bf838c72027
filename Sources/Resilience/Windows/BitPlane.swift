internal import Synchronization

/// One bit for each of the last n outcomes, and the number of bits that are set.
///
/// Written by one thread at a time; read by any.
struct BitPlane: ~Copyable, Sendable {
  let words: AtomicWords  // [0] the number, [1...] the bits

  init(size: Int) { self.words = AtomicWords(1 + (size + 63) / 64) }

  func set(_ index: UInt64, to isSet: Bool) {
    let mask: UInt64 = 1 << (index & 63)
    self.change(1 + Int(index >> 6), mask, to: isSet ? mask : 0)
  }

  /// Clears so many bits from a position on, round the end.
  func clear(from position: UInt64, count: UInt64, of size: UInt64) {
    guard self.count > 0 else { return }
    if count >= size { return self.reset() }
    Self.forEachMask(from: position, count: count, of: size) { self.change($0, $1, to: 0) }
  }

  /// How many bits are set, if so many were cleared from a position on.
  func count(without news: UInt64, from position: UInt64, of size: UInt64) -> Int {
    var count = self.count
    guard count > 0, news > 0 else { return count }
    if news >= size { return 0 }
    Self.forEachMask(from: position, count: news, of: size) {
      count -= (self.words[$0].pointee.load(ordering: .relaxed) & $1).nonzeroBitCount
    }
    return max(0, count)
  }

  /// The words that hold so many bits from a position on, less than all, each with a mask of them.
  private static func forEachMask(
    from position: UInt64, count: UInt64, of size: UInt64, _ body: (_ word: Int, _ mask: UInt64) -> Void
  ) {
    var index = position % size
    var left = count
    while left > 0 {
      let length = min(64 - index & 63, left, size - index)
      body(1 + Int(index >> 6), (length == 64 ? .max : (1 << length) - 1) << (index & 63))
      left -= length
      index = index + length == size ? 0 : index + length
    }
  }

  private func change(_ word: Int, _ mask: UInt64, to bits: UInt64) {
    let old = self.words[word].pointee.load(ordering: .relaxed)
    let new = old & ~mask | bits
    guard new != old else { return }  // usually they are clear already
    self.words[word].pointee.store(new, ordering: .relaxed)
    let count = self.count + new.nonzeroBitCount - old.nonzeroBitCount
    self.words[0].pointee.store(UInt64(count), ordering: .relaxed)
  }

  var count: Int { Int(truncatingIfNeeded: self.words[0].pointee.load(ordering: .relaxed)) }
  func reset() { self.words.reset() }
}
