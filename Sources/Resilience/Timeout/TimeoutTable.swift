/// Time-outs by service and operation, with a default for everything else.
///
/// ```swift
/// let limits = TimeoutTable.documented.setting(.seconds(90), service: "llm", operation: "generation")
/// let pipeline = Pipeline { limits.timeout(service: "llm", operation: "generation") }
/// ```
/// The most exact entry wins: service and operation, then the service, then the operation, then the default. A value:
/// look a limit up when a pipeline is made, or once per call (two look-ups in a dictionary at most four times).
public struct TimeoutTable: Sendable, Equatable {
  /// What an entry is for; nil is any.
  public struct Key: Sendable, Hashable {
    /// The service, or nil for any.
    public var service: String?
    /// The operation, or nil for any.
    public var operation: String?

    /// Makes a key.
    public init(service: String? = nil, operation: String? = nil) {
      self.service = service
      self.operation = operation
    }
  }

  /// The entries.
  public var limits: [Key: Duration]
  /// For everything that has no entry; 30 s unless said otherwise.
  public var standard: Duration

  /// Makes a table.
  public init(_ limits: [Key: Duration] = [:], standard: Duration = .seconds(30)) {
    self.limits = limits
    self.standard = standard
  }

  /// Makes a table that is checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public init(
    validating limits: [Key: Duration], standard: Duration = .seconds(30)
  ) throws(InvalidConfiguration) {
    self.init(limits, standard: standard)
    let problems = self.problems
    guard problems.isEmpty else { throw InvalidConfiguration("time-outs", problems) }
  }

  /// The documents' limits: generation 120 s, embedding 30 s, validation 10 s, batch 300 s, everything else 30 s.
  public static var documented: TimeoutTable {
    TimeoutTable([
      Key(operation: "generation"): .seconds(120), Key(operation: "embedding"): .seconds(30),
      Key(operation: "validation"): .seconds(10), Key(operation: "batch"): .seconds(300),
    ])
  }

  /// What makes no sense, if anything: limits of not more than 0.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    if self.standard <= .zero {
      problems.append(.init("standard", found: "\(self.standard)", allowed: "more than 0"))
    }
    let wrong = self.limits.filter { $0.value <= .zero }.map { (Self.name($0.key), $0.value) }
    for (name, limit) in wrong.sorted(by: { $0.0 < $1.0 }) {
      problems.append(.init(name, found: "\(limit)", allowed: "more than 0"))
    }
    return problems
  }

  /// The same table with one more entry, or another value for it.
  public func setting(_ limit: Duration, service: String? = nil, operation: String? = nil) -> TimeoutTable {
    var table = self
    table.limits[Key(service: service, operation: operation)] = limit
    return table
  }

  /// How long an operation of a service may take.
  public func limit(service: String? = nil, operation: String? = nil) -> Duration {
    self.limits[Key(service: service, operation: operation)] ?? self.limits[Key(service: service)]
      ?? self.limits[Key(operation: operation)] ?? self.standard
  }

  /// The time-out for an operation of a service, with their names in errors and events.
  public func timeout(service: String? = nil, operation: String? = nil) -> Timeout {
    let name = [service, operation].compactMap(\.self).joined(separator: " ")
    return Timeout(self.limit(service: service, operation: operation), name: name)
  }

  static func name(_ key: Key) -> String { "limits[\(key.service ?? "*") \(key.operation ?? "*")]" }
}
