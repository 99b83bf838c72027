/// Keeps healing runs, the global stop and the supervised processes, so that a restart or a crash forgets nothing.
///
/// A write that has returned is durable. A decision and its audit line are written together or not at all.
public protocol HealingStore: Sendable {
  /// Saves a run under its id, replacing what was there; with an audit line where an operator caused it.
  ///
  /// Only the newest ended runs are kept; a run that has not ended is never dropped.
  func saveRun(_ run: HealingRun, recording record: AuditRecord?) async throws(ControlStoreFailure)

  /// The newest runs, newest first; a limit below 1 gives none.
  func loadRuns(limit: Int) async throws(ControlStoreFailure) -> [HealingRun]

  /// One run; nil if there is none of that id.
  func loadRun(id: String) async throws(ControlStoreFailure) -> HealingRun?

  /// Saves the global stop, or removes it (nil), together with its audit line.
  func saveStop(_ stop: HealingStop?, recording record: AuditRecord) async throws(ControlStoreFailure)

  /// The global stop; nil where healing is not stopped.
  func loadStop() async throws(ControlStoreFailure) -> HealingStop?

  /// Saves what is known of a running supervised process, replacing what was there of that name.
  func saveProcess(_ process: SupervisedProcessRecord) async throws(ControlStoreFailure)

  /// Forgets a supervised process.
  func removeProcess(named name: String) async throws(ControlStoreFailure)

  /// Every supervised process that was written down, sorted by name.
  func loadProcesses() async throws(ControlStoreFailure) -> [SupervisedProcessRecord]

  /// The mark by which processes started by programs on this storage are known; made of `proposal` the first time.
  func supervisionMark(proposal: String) async throws(ControlStoreFailure) -> String
}
