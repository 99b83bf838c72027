/// A table of time-outs that can be replaced at run time, for everybody who holds it.
///
/// Ask it for each call, so that a new limit is in force with the next one. Cost: a short lock and the look-up.
public final class NamedTimeouts: Replaceable {
  private let table: Lock<TimeoutTable>

  /// Makes it of a table.
  public init(_ table: TimeoutTable = .documented) { self.table = Lock(table) }

  /// The table in force.
  public var configuration: TimeoutTable { self.table.withLock { $0 } }

  /// Takes another table from now on; calls under way keep their deadlines.
  ///
  /// - Throws: `InvalidConfiguration` with every limit that makes no sense; then nothing has changed.
  public func replace(
    validating table: TimeoutTable, on runtime: Runtime = .live
  ) throws(InvalidConfiguration) {
    let problems = table.problems
    guard problems.isEmpty else { throw InvalidConfiguration("time-outs", problems) }
    self.table.withLock { $0 = table }
  }

  /// The time-out for an operation of a service, with their names in errors and events.
  public func timeout(service: String? = nil, operation: String? = nil) -> Timeout {
    self.configuration.timeout(service: service, operation: operation)
  }
}
