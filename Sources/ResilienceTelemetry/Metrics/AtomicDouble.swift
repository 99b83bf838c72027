internal import Synchronization

/// A floating-point number that many threads change without a lock.
final class AtomicDouble: Sendable {
  private let bits = Atomic<UInt64>(0)

  /// What it holds, at first zero.
  var value: Double { Double(bitPattern: self.bits.load(ordering: .relaxed)) }

  /// Replaces the value.
  func set(_ value: Double) { self.bits.store(value.bitPattern, ordering: .relaxed) }

  /// Adds to the value; tries again where another thread came between.
  func add(_ amount: Double) {
    var seen = self.bits.load(ordering: .relaxed)
    while true {
      let next = (Double(bitPattern: seen) + amount).bitPattern
      let (exchanged, original) = self.bits.weakCompareExchange(expected: seen, desired: next, ordering: .relaxed)
      if exchanged { return }
      seen = original
    }
  }
}
