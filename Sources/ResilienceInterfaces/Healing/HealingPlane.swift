/// What the operations server shows and changes of healing.
public protocol HealingPlane: Sendable {
  /// Workflows, processes, stop and success.
  func status() async -> HealingStatus
  /// The newest runs, newest first.
  func runs(limit: Int) async throws(ControlFailure) -> [HealingRun]
  /// Starts a workflow by an operator's hand: cool-down does not hold him, budgets and the global stop do.
  func start(
    _ workflow: String, dryRun: Bool, reason: String, actor: String
  ) async throws(ControlFailure) -> HealingRun
  /// Undoes, newest first, what an ended run changed and what can be undone.
  func rollBack(run id: String, reason: String, actor: String) async throws(ControlFailure) -> HealingRun
  /// Stops all healing: nothing acts until `resume`; kept across a restart.
  func stop(reason: String, actor: String) async throws(ControlFailure) -> HealingStatus
  /// Ends the global stop.
  func resume(reason: String, actor: String) async throws(ControlFailure) -> HealingStatus
}
