/// A control store on a server that all instances of a service share, and that keeps small documents by group and name.
///
/// What settings, healing's stop and supervised processes need is written here once; a server brings how it keeps
/// documents, and whatever has an order (reviews, runs). Settings, reviews and the stop are everybody's, runs and
/// processes an instance's own: nobody ends what another instance is doing, and a brake holds everywhere.
public protocol DocumentControlStore: ControlStore, SettingStore, ReviewStore, HealingStore {
  /// Whose healing runs and supervised processes these are: another name in every instance, the same after a restart.
  var instance: String { get }

  /// Makes changes and writes audit lines, all of them or none.
  func change(
    _ changes: [ControlDocumentChange], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure)

  /// One document; nil if there is none of that name.
  func document<Value: Decodable & Sendable>(
    _ name: String, in space: String
  ) async throws(ControlStoreFailure) -> Value?

  /// All documents of a group, in any order.
  func documents<Value: Decodable & Sendable>(in space: String) async throws(ControlStoreFailure) -> [Value]

  /// A text that is what the first who asked has proposed.
  func settled(_ proposal: String, as name: String, in space: String) async throws(ControlStoreFailure) -> String
}

extension DocumentControlStore {
  /// How many ended runs are kept of each instance.
  public static var mostRuns: Int { 1_000 }
  /// The group of this instance's healing runs, by their ids.
  public var runSpace: String { "healing:\(self.instance):runs" }
  /// The group of reviews, by their ids.
  public var reviewSpace: String { "reviews" }

  private var settingSpace: String { "settings" }
  private var processSpace: String { "healing:\(self.instance):processes" }
  private var stopSpace: String { "healing:state" }

  // MARK: SettingStore

  /// Saves decisions, removes others, and writes their audit lines, in one step; other instances follow within seconds.
  public func saveSettings(
    _ decisions: [SettingDecision], removing keys: [String], recording records: [AuditRecord]
  ) async throws(ControlStoreFailure) {
    let removals = keys.map { ControlDocumentChange($0, in: self.settingSpace, to: nil) }
    let additions = decisions.map { ControlDocumentChange($0.key, in: self.settingSpace, to: $0) }
    try await self.change(removals + additions, recording: records)
  }

  /// Every saved decision, sorted by key.
  public func loadSettings() async throws(ControlStoreFailure) -> [SettingDecision] {
    let found: [SettingDecision] = try await self.documents(in: self.settingSpace)
    return found.sorted { $0.key < $1.key }
  }

  // MARK: ReviewStore

  /// One record.
  public func review(_ id: String) async throws(ControlStoreFailure) -> ReviewItem? {
    try await self.document(id, in: self.reviewSpace)
  }

  // MARK: HealingStore

  /// One run of this instance.
  public func loadRun(id: String) async throws(ControlStoreFailure) -> HealingRun? {
    try await self.document(id, in: self.runSpace)
  }

  /// Saves or removes the stop of all instances, and writes the audit line, in one step.
  public func saveStop(_ stop: HealingStop?, recording record: AuditRecord) async throws(ControlStoreFailure) {
    let value = stop.map { $0 as any Encodable & Sendable }  // no optional that is itself a value
    try await self.change([ControlDocumentChange("stop", in: self.stopSpace, to: value)], recording: [record])
  }

  /// The stop of all instances.
  public func loadStop() async throws(ControlStoreFailure) -> HealingStop? {
    try await self.document("stop", in: self.stopSpace)
  }

  /// Saves what is known of a process of this instance.
  public func saveProcess(_ process: SupervisedProcessRecord) async throws(ControlStoreFailure) {
    try await self.change([ControlDocumentChange(process.name, in: self.processSpace, to: process)], recording: [])
  }

  /// Forgets a process of this instance.
  public func removeProcess(named name: String) async throws(ControlStoreFailure) {
    try await self.change([ControlDocumentChange(name, in: self.processSpace, to: nil)], recording: [])
  }

  /// Every process of this instance, sorted by name.
  public func loadProcesses() async throws(ControlStoreFailure) -> [SupervisedProcessRecord] {
    let found: [SupervisedProcessRecord] = try await self.documents(in: self.processSpace)
    return found.sorted { $0.name < $1.name }
  }

  /// The mark of this instance's processes.
  public func supervisionMark(proposal: String) async throws(ControlStoreFailure) -> String {
    try await self.settled(proposal, as: "mark", in: "healing:\(self.instance):state")
  }
}
