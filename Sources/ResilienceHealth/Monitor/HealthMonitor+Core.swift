internal import Resilience
internal import ResilienceInterfaces

extension HealthMonitor {
  /// What the lock protects.
  struct Core: Sendable {
    private static let mostSamples = 64

    private(set) var setup: Setup
    /// The checks by component's name.
    var slots: [String: Slot] = [:]
    var readiness: ReadinessMachine
    private(set) var trend = ScoreTrend()
    /// Each component's scores.
    private(set) var scores: [String: ScoreTrend] = [:]
    var listeners: [Int: AsyncStream<HealthChange>.Continuation] = [:]
    /// Where `run` hears of new checks, while it runs.
    var starter: AsyncStream<SlotName>.Continuation?
    /// What evidence said over time of components without a check.
    private(set) var samples: [String: [CheckSample]] = [:]
    /// The newest failures of components without a check.
    private(set) var failures: [String: FailureSpan] = [:]
    private var numbers = 0
    private var slotNumbers: UInt64 = 0

    init(_ setup: Setup, at now: Instant) {
      self.setup = setup
      self.readiness = ReadinessMachine(
        waitingFor: Set(setup.components.filter { $0.check != nil }.map(\.node.name)),
        required: Self.required(setup))
      for component in setup.components { self.begin(component, at: now) }
    }

    private static func required(_ setup: Setup) -> Set<String> {
      Set(setup.components.filter { $0.role == .dependency(gatesReadiness: true) }.map(\.node.name))
    }

    @discardableResult
    private mutating func begin(_ component: HealthComponent, at now: Instant) -> SlotName? {
      guard let check = component.check else { return nil }
      self.slotNumbers += 1
      let name = SlotName(component: component.node.name, number: self.slotNumbers)
      self.slots[name.component] = Slot(name: name, check: check, machine: HealthMachine(component.schedule, at: now))
      return name
    }

    /// Every check, in the order of the components.
    var slotNames: [SlotName] { self.setup.components.compactMap { self.slots[$0.node.name]?.name } }

    func slot(_ name: SlotName) -> Slot? { self.slots[name.component].flatMap { $0.name == name ? $0 : nil } }

    /// Whether the check is still this one; then its end will be told there.
    mutating func setRetirement(_ continuation: AsyncStream<Void>.Continuation, of name: SlotName) -> Bool {
      guard self.slot(name) != nil else { return false }
      self.slots[name.component]?.retirement = continuation
      return true
    }

    /// Takes other components; tells which checks begin and which have ended.
    mutating func replace(_ setup: Setup, at now: Instant) -> (begun: [SlotName], ended: [Slot]) {
      let former = Dictionary(
        self.setup.components.map { ($0.node.name, $0) }, uniquingKeysWith: { first, _ in first })
      var ended: [Slot] = []
      for component in self.setup.components {
        let name = component.node.name
        let next = setup.graph.position(of: name).map { setup.components[$0] }
        if let next, next.hasSameCheck(as: component) { continue }
        if let slot = self.slots.removeValue(forKey: name) { ended.append(slot) }
        if next == nil { self.scores[name] = nil }
        if next?.check != nil || next == nil {
          self.samples[name] = nil
          self.failures[name] = nil
        }
      }
      self.setup = setup
      let begun = setup.components.compactMap { component in
        former[component.node.name].map(component.hasSameCheck) == true ? nil : self.begin(component, at: now)
      }
      let unchecked = self.slots.values.filter { $0.machine.last == nil }.map(\.name.component)
      self.readiness.replace(
        waitingFor: Set(unchecked), required: Self.required(setup), unhealthy: self.unhealthyNames)
      return (begun, ended)
    }

    mutating func add(_ listener: AsyncStream<HealthChange>.Continuation) -> Int {
      self.numbers += 1
      self.listeners[self.numbers] = listener
      return self.numbers
    }

    /// Keeps scores, and what evidence says of components that have no check.
    mutating func note(_ snapshot: HealthSnapshot) {
      if let score = snapshot.score { self.trend.add(score) }
      for component in snapshot.components where component.state != .unknown {
        let name = component.node.name
        guard self.setup.graph.position(of: name) != nil else { continue }
        self.scores[name, default: ScoreTrend()].add(HealthScore.points(of: component.state))
        guard self.slots[name] == nil else { continue }
        let sample = CheckSample(at: snapshot.at, isFailing: component.state == .unhealthy)
        self.noteFailure(name, sample)
        self.samples[name, default: []].append(sample)
        if self.samples[name, default: []].count > Self.mostSamples { self.samples[name]?.removeFirst() }
        // As with checks: what is over says nothing about what is wrong now.
        if let newest = self.samples[name]?.suffix(2), newest.count == 2, !newest.contains(where: \.isFailing) {
          self.samples[name]?.removeAll { $0.isFailing }
        }
      }
    }

    private mutating func noteFailure(_ name: String, _ sample: CheckSample) {
      let isUnderWay = self.failures[name].map { $0.end == nil } ?? false
      if !sample.isFailing {
        if isUnderWay { self.failures[name]?.end = sample.at }
      } else if !isUnderWay {
        let before = self.samples[name]?.last?.at ?? sample.at - self.setup.lookInterval.nanoseconds
        self.failures[name] = .next(
          after: self.failures[name], FailureSpan(earliest: before, onset: sample.at), self.setup.lookSchedule)
      }
    }

    /// A result has arrived: readiness follows.
    mutating func settle(_ name: String) { self.readiness.checked(name, unhealthy: self.unhealthyNames) }

    private var unhealthyNames: Set<String> {
      Set(self.slots.values.filter { $0.machine.state == .unhealthy }.map(\.name.component))
    }
  }
}
