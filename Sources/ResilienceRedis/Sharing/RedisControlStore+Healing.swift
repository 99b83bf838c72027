public import ResilienceInterfaces

/// Runs and processes belong to one instance, the global stop to all: nobody ends what another instance is doing, and
/// a brake holds everywhere.
extension RedisControlStore: HealingStore {
  /// How many ended runs are kept of each instance.
  static let mostRuns = 1_000
  private static let state = "healing:state"

  private var own: String { "healing:\(self.instance):" }

  /// Saves a run and its audit line in one step.
  public func saveRun(_ run: HealingRun, recording record: AuditRecord?) async throws(ControlStoreFailure) {
    let words: [RedisArgument] = [
      .text(self.own), .text(run.id), .text(Self.text(run)), .integer(run.isEnded ? 1 : 0),
      .integer(Int64(Self.mostRuns)),
    ]
    _ = try await self.run(ControlScripts.saveRun, self.audits(record.map { [$0] } ?? []) + words)
  }

  /// The newest runs of this instance, newest first.
  public func loadRuns(limit: Int) async throws(ControlStoreFailure) -> [HealingRun] {
    guard limit > 0 else { return [] }
    let words: [RedisArgument] = [.text(self.own), .integer(Int64(limit))]
    return try self.read(try await self.run(ControlScripts.runs, words), as: HealingRun.self)
  }

  /// One run of this instance.
  public func loadRun(id: String) async throws(ControlStoreFailure) -> HealingRun? {
    try await self.value(of: id, in: self.own + "runs")
  }

  /// Saves or removes the stop of all instances, and writes the audit line, in one step.
  public func saveStop(_ stop: HealingStop?, recording record: AuditRecord) async throws(ControlStoreFailure) {
    try await self.change(
      [Change(hash: Self.state, field: "stop", value: stop.map { Self.text($0) })], recording: [record])
  }

  /// The stop of all instances.
  public func loadStop() async throws(ControlStoreFailure) -> HealingStop? {
    try await self.value(of: "stop", in: Self.state)
  }

  /// Saves what is known of a process of this instance.
  public func saveProcess(_ process: SupervisedProcessRecord) async throws(ControlStoreFailure) {
    try await self.change(
      [Change(hash: self.own + "processes", field: process.name, value: Self.text(process))], recording: [])
  }

  /// Forgets a process of this instance.
  public func removeProcess(named name: String) async throws(ControlStoreFailure) {
    try await self.change([Change(hash: self.own + "processes", field: name, value: nil)], recording: [])
  }

  /// Every process of this instance, sorted by name.
  public func loadProcesses() async throws(ControlStoreFailure) -> [SupervisedProcessRecord] {
    let answer = try await self.run(ControlScripts.values, [.text(self.own + "processes")])
    return try self.read(answer, as: SupervisedProcessRecord.self).sorted { $0.name < $1.name }
  }

  /// The mark of this instance's processes.
  public func supervisionMark(proposal: String) async throws(ControlStoreFailure) -> String {
    let words: [RedisArgument] = [.text(self.own + "state"), "mark", .text(proposal)]
    guard let mark = try await self.run(ControlScripts.settle, words).text else { throw self.unreadable("The mark") }
    return mark
  }
}
