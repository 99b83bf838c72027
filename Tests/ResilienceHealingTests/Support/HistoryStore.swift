import Resilience
import ResilienceInterfaces

/// A store that remembers every state of every run that was saved: each is what a crash could leave behind.
final class HistoryStore: HealingStore {
  let inner = InMemoryControlStore()
  private let saved = Lock([HealingRun]())
  private let isBroken = Lock(false)

  var history: [HealingRun] { self.saved.withLock { $0 } }

  /// From now on nothing can be saved.
  func breakDown() { self.isBroken.withLock { $0 = true } }

  func saveRun(_ run: HealingRun, recording record: AuditRecord?) async throws(ControlStoreFailure) {
    if self.isBroken.withLock({ $0 }) {
      throw ControlStoreFailure(kind: .full, location: "test", detail: "It is full.", remedy: "Make room.")
    }
    self.saved.withLock { $0.append(run) }
    try await self.inner.saveRun(run, recording: record)
  }
  func loadRuns(limit: Int) async throws(ControlStoreFailure) -> [HealingRun] {
    try await self.inner.loadRuns(limit: limit)
  }
  func loadRun(id: String) async throws(ControlStoreFailure) -> HealingRun? { try await self.inner.loadRun(id: id) }
  func saveStop(_ stop: HealingStop?, recording record: AuditRecord) async throws(ControlStoreFailure) {
    try await self.inner.saveStop(stop, recording: record)
  }
  func loadStop() async throws(ControlStoreFailure) -> HealingStop? { try await self.inner.loadStop() }
  func saveProcess(_ process: SupervisedProcessRecord) async throws(ControlStoreFailure) {
    try await self.inner.saveProcess(process)
  }
  func removeProcess(named name: String) async throws(ControlStoreFailure) {
    try await self.inner.removeProcess(named: name)
  }
  func loadProcesses() async throws(ControlStoreFailure) -> [SupervisedProcessRecord] {
    try await self.inner.loadProcesses()
  }
  func supervisionMark(proposal: String) async throws(ControlStoreFailure) -> String {
    try await self.inner.supervisionMark(proposal: proposal)
  }
}
