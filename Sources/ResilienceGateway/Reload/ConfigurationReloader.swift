internal import Logging
internal import Resilience
public import ResilienceConfiguration
public import ResilienceInterfaces
internal import ResilienceTelemetry

/// Puts new configurations in force while calls go on; one at a time.
///
/// A configuration is validated as a whole and prepared as a whole before anything changes. If anything is wrong with
/// it, the one before stays in force, and log, metrics, operators' events and `/api/configuration` say why.
public actor ConfigurationReloader {
  /// A configuration with the text that it was read from.
  struct Candidate: Sendable {
    let loaded: LoadedConfiguration
    let hash: String

    init(_ loaded: LoadedConfiguration, text: String) {
      self.loaded = loaded
      self.hash = Self.hash(text)
    }

    /// FNV-1a, 64 bits: tells versions apart, protects nothing.
    ///
    /// Source: Fowler, Noll, Vo, draft-eastlake-fnv.
    static func hash(_ text: String) -> String {
      let value = text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }
  }

  /// What is made of a configuration before it is put in force.
  struct Prepared {
    let gateway: PreparedGateway
    let health: WatchedComponents?
  }

  /// Reads a text with environment and command line, and the operators' settings above them.
  public typealias Load =
    @Sendable (_ text: String, _ settings: [SettingOverride]) throws(InvalidConfigurationFile) -> LoadedConfiguration

  let gateway: AssembledGateway
  let control: GatewayControlPlane
  let examples: Set<String>
  let metrics: ReloadMetrics
  let load: Load
  let log = Logger(label: "resilience.configuration")
  var status: ConfigurationStatus
  /// The text in force, without the operators' settings.
  var text: String
  /// What operators have decided about settings.
  var decisions: [SettingDecision]
  /// What another instance has decided and cannot be used here.
  var unusable: [SettingDecision]?
  /// Whether the last text was refused only because the storage could not be read, so that another try makes sense.
  public private(set) var awaitsStorage = false
  private var followers: [@Sendable (ServiceConfiguration) -> Void] = []
  private var isBusy = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Makes a reloader of a running gateway.
  ///
  /// - Parameters:
  ///   - gateway: What new configurations are put in force in.
  ///   - control: What operators see of it.
  ///   - file: Where configurations come from, as operators are told; nil for the bundled example.
  ///   - start: What is in force.
  ///   - examples: The built-in upstreams that run.
  ///   - load: Reads texts.
  /// - Throws: `MetricError` when a metric's name is taken by something else.
  public init(
    gateway: AssembledGateway, control: GatewayControlPlane, file: String?, start: StartConfiguration,
    examples: Set<String>, load: @escaping Load
  ) throws {
    self.gateway = gateway
    self.control = control
    self.examples = examples
    self.load = load
    self.text = start.text
    self.decisions = start.decisions
    self.metrics = try ReloadMetrics(in: gateway.metrics)
    self.status = ConfigurationStatus(
      file: file, hash: Candidate.hash(start.text), since: control.clock.now, problems: start.problems)
    self.metrics.inForce(self.status.hash, instead: nil, at: self.status.since, pending: 0)
    self.metrics.overrides(start.inForce.count)
    control.show(self.status)
    control.show(.init(loaded: start.loaded, decisions: start.decisions, problems: start.problems))
    control.attach(self)
  }

  /// Reads a configuration and puts it in force, if it can be used; one at a time.
  ///
  /// - Parameters:
  ///   - trigger: Why it is read, for the log: `SIGHUP`.
  ///   - read: Reads its text.
  @discardableResult
  public func reload(
    because trigger: String, _ read: @Sendable () throws -> String
  ) async -> ConfigurationStatus.Result {
    await self.begin()
    defer { self.end() }
    self.awaitsStorage = false
    do {
      let text = try read()
      let candidate = Candidate(try self.load(text, self.decisions.map(\.override)), text: text)
      let plan = ReloadPlan(
        from: self.gateway.configuration, to: candidate.loaded.configuration, examples: self.examples)
      // Even where nothing has changed: files for TLS may have.
      let prepared = try self.prepare(plan)
      try await self.control.restoreOverrides(of: prepared.gateway.added, areAll: false)
      await self.commit(prepared)
      self.text = text
      self.control.show(.init(loaded: candidate.loaded, decisions: self.decisions, problems: []))
      self.metrics.overrides(self.decisions.count)
      self.tell(plan, candidate, trigger)
      return plan.isEmpty ? .unchanged : .applied
    } catch {
      self.awaitsStorage = error is ControlStoreFailure
      self.reject(error, trigger)
      return .rejected
    }
  }

  /// Hears of every configuration that is put in force from now on.
  public func follow(_ follower: @escaping @Sendable (ServiceConfiguration) -> Void) {
    self.followers.append(follower)
  }

  /// All that a configuration needs, made before anything changes.
  func prepare(_ plan: ReloadPlan) throws -> Prepared {
    let gateway = try self.gateway.prepare(plan.configuration)
    return Prepared(gateway: gateway, health: try self.control.watchedHealth?.prepare(gateway))
  }

  /// Puts it in force everywhere.
  func commit(_ prepared: Prepared) async {
    self.gateway.commit(prepared.gateway)
    // Beside what is in force now they may be usable.
    self.unusable = nil
    if let health = prepared.health { self.control.watchedHealth?.commit(health) }
    for follower in self.followers { follower(prepared.gateway.configuration) }
    do throws(ControlStoreFailure) {
      try await self.control.restoreDecisions()
    } catch {
      self.log.error("decisions about new toggles cannot be read and are not in force: \(error)")
    }
  }

  /// Whether the configuration in force was read from this text.
  public func isInForce(_ text: String) -> Bool { Candidate.hash(text) == self.status.hash }

  /// Closes the connections of former settings once no call uses them any more; to be called now and then.
  public func cleanUp() async { await self.gateway.closeRetiredTransports() }

  /// Waits until nobody else changes the configuration: what is prepared must be compared with what is in force.
  func begin() async {
    guard self.isBusy else {
      self.isBusy = true
      return
    }
    await withCheckedContinuation { self.waiting.append($0) }
  }

  /// Lets the next one in.
  func end() {
    guard !self.waiting.isEmpty else {
      self.isBusy = false
      return
    }
    self.waiting.removeFirst().resume()
  }

  private func tell(_ plan: ReloadPlan, _ candidate: Candidate, _ trigger: String) {
    let now = self.control.clock.now
    let result: ConfigurationStatus.Result = plan.isEmpty ? .unchanged : .applied
    let former = self.status
    self.status = ConfigurationStatus(
      file: former.file, hash: candidate.hash, since: plan.isEmpty ? former.since : now, lastResult: result,
      lastReloadAt: now, pendingRestart: plan.pending.map(\.description))
    self.metrics.inForce(candidate.hash, instead: former.hash, at: now, pending: plan.pending.count)
    self.metrics.count(result)
    self.control.show(self.status)
    for note in candidate.loaded.notes { self.log.notice("\(note.text)") }
    for change in plan.changes { self.log.info("changed: \(change)", metadata: ["key": .string(change.key)]) }
    let message = "configuration read after \(trigger): \(Self.summary(plan))"
    self.log.notice("\(message)")
    // What is read again and says nothing new is no news, unless it ends a bad time.
    if !plan.isEmpty || !former.problems.isEmpty {
      self.control.publish("configuration.reloaded", message, .info)
    }
    guard !plan.pending.isEmpty else { return }
    for change in plan.pending { self.log.warning("needs a restart: \(change)") }
    let keys = plan.pending.map(\.key).joined(separator: ", ")
    self.control.publish("configuration.pending", "these settings need a restart: \(keys)", .warning)
  }

  private func reject(_ error: any Error, _ trigger: String) {
    let problems: [String] =
      switch error {
      case let invalid as InvalidConfigurationFile: invalid.problems.map(\.description)
      case let failure as ControlStoreFailure: ["the operators' decisions cannot be read: \(failure)"]
      default: ["\(error)"]
      }
    let former = self.status
    self.status = ConfigurationStatus(
      file: former.file, hash: former.hash, since: former.since, lastResult: .rejected,
      lastReloadAt: self.control.clock.now, problems: problems, pendingRestart: former.pendingRestart)
    self.metrics.count(.rejected)
    self.control.show(self.status)
    for problem in problems { self.log.error("\(problem)") }
    let message = "configuration read after \(trigger) cannot be used, the former one stays in force"
    self.log.error("\(message)", metadata: ["problems": .stringConvertible(problems.count)])
    let first = problems.first.map { ": \($0)" } ?? ""
    let more = problems.count > 1 ? " (and \(problems.count - 1) more)" : ""
    self.control.publish("configuration.rejected", message + first + more, .critical)
  }

  static func summary(_ plan: ReloadPlan) -> String {
    if plan.isEmpty { return "nothing has changed" }
    var parts = ["\(plan.changes.count) settings changed"]
    if !plan.added.isEmpty { parts.append("added \(plan.added.joined(separator: ", "))") }
    if !plan.removed.isEmpty { parts.append("removed \(plan.removed.joined(separator: ", "))") }
    return parts.joined(separator: "; ")
  }
}
