/// How many calls a dependency may have at once, and how many may wait.
public struct BulkheadConfiguration: Sendable, Equatable {
  /// Sizes that the field knows by name.
  public enum Preset: String, Sendable, CaseIterable {
    /// 10 at a time, 50 waiting; 30 s for the wait and for the execution each.
    case critical
    /// 20 at a time, 100 waiting; 60 s each.
    case user
    /// 5 at a time, 200 waiting; 300 s each.
    case background
  }

  /// Whose turn it is among the calls that wait.
  public enum Order: String, Sendable, CaseIterable {
    /// First come, first served: for short queues.
    case fifo
    /// Who came last is served first: for long ones.
    case lifo
    /// The higher priority first.
    case priority
  }

  /// Whether calls are bounded; off until the section is given.
  public var isEnabled = false
  /// What the other keys start from; nil for the defaults.
  public var preset: Preset? {
    didSet { self.start() }
  }
  /// Calls at once.
  public var maxConcurrent = 20
  /// Calls that may wait for a place.
  public var maxQueue = 100
  /// How long a call may wait for a place.
  public var maxWait = Duration.seconds(60)
  /// Whose turn it is among the calls that wait.
  public var order = Order.fifo
  /// How long a call may run inside; nil where only its own time-outs say.
  public var maxExecution: Duration?
  /// From when on a call that has not come back counts as leaked; nil where nobody looks.
  public var maxHold: Duration?
  /// Whether the place of a leaked call is given to others.
  public var reclaimsLeaks = false
  /// With so many leaked calls the compartment isolates itself; nil for never.
  public var isolatesAtLeaks: Int?
  /// The name of the compartment under `bulkheads` that it is, shared with other dependencies; nil for one of its own.
  public var shared: String?

  /// All defaults.
  public init() {}

  private mutating func start() {
    switch self.preset {
    case .critical: self.set(10, 50, .seconds(30))
    case .user: self.set(20, 100, .seconds(60))
    case .background: self.set(5, 200, .seconds(300))
    case nil: break
    }
  }

  private mutating func set(_ concurrent: Int, _ queue: Int, _ time: Duration) {
    self.maxConcurrent = concurrent
    self.maxQueue = queue
    self.maxWait = time
    self.maxExecution = time
  }
}

extension BulkheadConfiguration: SwitchableSection {
  static let settings: [Setting<BulkheadConfiguration>] = [
    .value("enabled", \.isEnabled, .flag, "Whether calls are bounded; true as soon as the section holds another key."),
    .optional("preset", \.preset, .choice(), absent: "none", "What the section's other keys start from."),
    .value("maxConcurrent", \.maxConcurrent, .integer(1...1_000_000), "Calls at once."),
    .value("maxQueue", \.maxQueue, .integer(0...1_000_000), "Calls that may wait for a place."),
    .value("maxWait", \.maxWait, .duration(.zero...(.seconds(86_400))), "How long a call may wait for a place."),
    .value("order", \.order, .choice(), "Whose turn it is among the calls that wait."),
    .optional(
      "maxExecution", \.maxExecution, .wait, absent: "the call's own time-outs",
      "How long a call may run inside; an attempt ends when it is over."),
    .optional(
      "maxHold", \.maxHold, .wait, absent: "nobody looks",
      "From when on a call that has not come back counts as leaked, with an event and a metric."),
    .value(
      "reclaimLeaks", \.reclaimsLeaks, .flag, "Whether the place of a leaked call is given to others meanwhile."),
    .optional(
      "isolateAtLeaks", \.isolatesAtLeaks, .integer(1...1_000_000), absent: "never",
      "With so many leaked calls at a time the compartment refuses all others until they are fewer."),
    .optional(
      "shared", \.shared, .name, absent: "a compartment of its own",
      "The name of the compartment under `bulkheads` that it shares with other dependencies; sizes stand there."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    for (key, isGiven) in [
      ("reclaimLeaks", self.reclaimsLeaks), ("isolateAtLeaks", self.isolatesAtLeaks != nil),
    ] where isGiven && self.maxHold == nil {
      reader.report(
        .contradiction, at: node[key] ?? node, "without maxHold nobody looks for leaks", found: "\(key) alone",
        allowed: "\(key) with maxHold", remedy: "add maxHold, well above the longest call")
    }
    guard self.shared != nil else { return }
    for entry in node.entries where !["enabled", "shared"].contains(entry.key) && !reader.hasFailed(entry.value) {
      let (key, own) = (entry.key, entry.value)
      reader.report(
        .contradiction, at: own, "the compartment is shared, and has its sizes under `bulkheads`",
        found: "\(key) and shared", allowed: "shared alone", remedy: "remove \(key) here, or set it under bulkheads")
    }
  }
}
