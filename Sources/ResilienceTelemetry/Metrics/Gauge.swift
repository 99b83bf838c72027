/// A number that goes up and down: one series of a gauge family.
///
/// Bind it once and keep it. Cost: one atomic store to set, one compare-and-exchange to add.
public final class Gauge: MetricCell {
  private let current = AtomicDouble()

  init() {}

  /// Replaces the value.
  public func set(_ value: Double) { self.current.set(value) }

  /// Adds to the value; a negative amount subtracts.
  public func add(_ amount: Double) { self.current.add(amount) }

  /// The present value.
  public var value: Double { self.current.value }
}
