internal import Resilience

extension InMemoryControlStore: HealingStore {
  /// How many ended runs are kept.
  public static let mostRuns = 1_000

  /// Saves a run and its audit line.
  public func saveRun(_ run: HealingRun, recording record: AuditRecord?) async throws(ControlStoreFailure) {
    self.contents.withLock { contents in
      if let index = contents.runs.lastIndex(where: { $0.id == run.id }) {
        contents.runs[index] = run
      } else {
        contents.runs.append(run)
        if contents.runs.count > Self.mostRuns, let oldest = contents.runs.firstIndex(where: \.isEnded) {
          contents.runs.remove(at: oldest)
        }
      }
      if let record { _ = contents.append(record, keeping: self.auditLimit) }
    }
  }

  /// The newest runs, newest first.
  public func loadRuns(limit: Int) async throws(ControlStoreFailure) -> [HealingRun] {
    self.contents.withLock { Array($0.runs.suffix(max(0, limit)).reversed()) }
  }

  /// One run.
  public func loadRun(id: String) async throws(ControlStoreFailure) -> HealingRun? {
    self.contents.withLock { contents in contents.runs.last { $0.id == id } }
  }

  /// Saves or removes the global stop, and writes the audit line.
  public func saveStop(_ stop: HealingStop?, recording record: AuditRecord) async throws(ControlStoreFailure) {
    self.contents.withLock { contents in
      contents.stop = stop
      _ = contents.append(record, keeping: self.auditLimit)
    }
  }

  /// The global stop.
  public func loadStop() async throws(ControlStoreFailure) -> HealingStop? { self.contents.withLock { $0.stop } }

  /// Saves what is known of a process.
  public func saveProcess(_ process: SupervisedProcessRecord) async throws(ControlStoreFailure) {
    self.contents.withLock { $0.processes[process.name] = process }
  }

  /// Forgets a process.
  public func removeProcess(named name: String) async throws(ControlStoreFailure) {
    self.contents.withLock { $0.processes[name] = nil }
  }

  /// Every process, sorted by name.
  public func loadProcesses() async throws(ControlStoreFailure) -> [SupervisedProcessRecord] {
    self.contents.withLock { $0.processes.values.sorted { $0.name < $1.name } }
  }

  /// The mark of supervised processes.
  public func supervisionMark(proposal: String) async throws(ControlStoreFailure) -> String {
    self.contents.withLock { contents in
      let mark = contents.supervisionMark ?? proposal
      contents.supervisionMark = mark
      return mark
    }
  }
}
