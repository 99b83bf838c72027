internal import Resilience
internal import ResilienceInterfaces

extension HealthMonitor {
  /// What the lock protects.
  struct Core: Sendable {
    private static let mostSamples = 64

    /// One machine per component with a check.
    var checks: [HealthMachine?]
    var readiness: ReadinessMachine
    var trend = ScoreTrend()
    var listeners: [Int: AsyncStream<HealthChange>.Continuation] = [:]
    /// Who waits for the end of a check that somebody else has begun.
    var waiting: [Int: [AsyncStream<CheckResult>.Continuation]] = [:]
    /// What evidence said over time of components without a check.
    private(set) var samples: [Int: [CheckSample]] = [:]
    private var numbers = 0
    private let names: [String]

    init(_ components: [HealthComponent], at now: Instant) {
      self.names = components.map(\.node.name)
      self.checks = components.map { $0.check == nil ? nil : HealthMachine($0.schedule, at: now) }
      let required = components.filter { $0.role == .dependency(gatesReadiness: true) }
      self.readiness = ReadinessMachine(
        waitingFor: Set(components.filter { $0.check != nil }.map(\.node.name)),
        required: Set(required.map(\.node.name)))
    }

    mutating func add(_ listener: AsyncStream<HealthChange>.Continuation) -> Int {
      self.numbers += 1
      self.listeners[self.numbers] = listener
      return self.numbers
    }

    /// Keeps what evidence says of a component that has no check.
    mutating func note(_ index: Int, _ sample: CheckSample) {
      if self.checks[index] != nil { return }
      self.samples[index, default: []].append(sample)
      if self.samples[index, default: []].count > Self.mostSamples { self.samples[index]?.removeFirst() }
    }

    /// A result has arrived: readiness follows.
    mutating func settle(_ index: Int) {
      let unhealthy = self.checks.indices.filter { self.checks[$0]?.state == .unhealthy }
      self.readiness.checked(self.names[index], unhealthy: Set(unhealthy.map { self.names[$0] }))
    }
  }
}
