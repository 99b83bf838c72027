import ResilienceInterfaces

/// A store of which nothing can be read.
struct UnreadableStore: HealingStore {
  private var failure: ControlStoreFailure {
    ControlStoreFailure(kind: .corrupt, location: "test", detail: "It is broken.", remedy: "Mend it.")
  }

  func saveRun(_ run: HealingRun, recording record: AuditRecord?) async throws(ControlStoreFailure) {}
  func loadRuns(limit: Int) async throws(ControlStoreFailure) -> [HealingRun] { throw self.failure }
  func loadRun(id: String) async throws(ControlStoreFailure) -> HealingRun? { throw self.failure }
  func saveStop(_ stop: HealingStop?, recording record: AuditRecord) async throws(ControlStoreFailure) {}
  func loadStop() async throws(ControlStoreFailure) -> HealingStop? { throw self.failure }
  func saveProcess(_ process: SupervisedProcessRecord) async throws(ControlStoreFailure) {}
  func removeProcess(named name: String) async throws(ControlStoreFailure) {}
  func loadProcesses() async throws(ControlStoreFailure) -> [SupervisedProcessRecord] { throw self.failure }
  func supervisionMark(proposal: String) async throws(ControlStoreFailure) -> String { throw self.failure }
}
