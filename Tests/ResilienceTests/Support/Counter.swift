import Synchronization

/// An atomic number that tasks of a test share.
final class Counter: Sendable {
  private let number = Atomic(0)

  var value: Int { self.number.load(ordering: .acquiring) }
  @discardableResult
  func add(_ summand: Int = 1) -> Int { self.number.wrappingAdd(summand, ordering: .acquiringAndReleasing).newValue }
  func raise(to value: Int) { self.number.max(value, ordering: .acquiringAndReleasing) }
}
