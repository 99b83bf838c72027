internal import Synchronization

/// A number that only grows: one series of a counter family.
///
/// Bind it once and keep it. Cost: one atomic addition.
public final class Counter: MetricCell {
  private let total = Atomic<UInt64>(0)

  init() {}

  /// Counts one, or as many as given; zero is allowed.
  public func increment(by amount: UInt64 = 1) { self.total.wrappingAdd(amount, ordering: .relaxed) }

  /// What has been counted.
  public var value: UInt64 { self.total.load(ordering: .relaxed) }

  /// Begins at zero again, as swift-metrics demands of its counters.
  func reset() { self.total.store(0, ordering: .relaxed) }
}
