internal import Synchronization

/// A fixed number of 64-bit atomics that live as long as the object.
///
/// Unchecked, because the compiler does not see that the pointer never changes and the words behind it are atomics.
final class AtomicWords: @unchecked Sendable {
  private let words: UnsafeMutablePointer<Atomic<UInt64>>
  let count: Int

  init(_ count: Int) {
    self.count = count
    self.words = .allocate(capacity: count)
    for index in 0..<count { (self.words + index).initialize(to: Atomic(0)) }
  }

  deinit {
    self.words.deinitialize(count: self.count)
    self.words.deallocate()
  }

  /// Adds to one word, wrapping around.
  func add(_ amount: UInt64, at index: Int) {
    self.words[index].wrappingAdd(amount, ordering: .relaxed)
  }

  /// Raises one word to the value if that is greater.
  func raise(to value: UInt64, at index: Int) {
    self.words[index].max(value, ordering: .relaxed)
  }

  /// What one word holds.
  func load(_ index: Int) -> UInt64 { self.words[index].load(ordering: .relaxed) }
}
