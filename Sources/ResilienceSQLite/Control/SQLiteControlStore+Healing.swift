internal import GRDB
public import ResilienceInterfaces

extension SQLiteControlStore: HealingStore {
  /// Saves a run and its audit line in one transaction.
  public func saveRun(_ run: HealingRun, recording record: AuditRecord?) async throws(ControlStoreFailure) {
    let limit = self.auditLimit
    try await self.write { database in
      try database.execute(
        sql: """
          INSERT INTO healing_run (id, ended, body) VALUES (?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET ended = excluded.ended, body = excluded.body
          """,
        arguments: [run.id, run.isEnded, try HealingSchema.text(run)])
      try database.execute(
        sql: "DELETE FROM healing_run WHERE ended AND number <= (SELECT max(number) FROM healing_run) - ?",
        arguments: [HealingSchema.mostRuns])
      if let record { _ = try ControlSchema.append(record, keeping: limit, to: database) }
    }
  }

  /// The newest runs, newest first.
  public func loadRuns(limit: Int) async throws(ControlStoreFailure) -> [HealingRun] {
    try await self.read { database in
      try Row.fetchAll(
        database, sql: "SELECT body FROM healing_run ORDER BY number DESC LIMIT ?", arguments: [max(0, limit)]
      ).map(HealingSchema.run)
    }
  }

  /// One run.
  public func loadRun(id: String) async throws(ControlStoreFailure) -> HealingRun? {
    try await self.read { database in
      try Row.fetchOne(database, sql: "SELECT body FROM healing_run WHERE id = ?", arguments: [id])
        .map(HealingSchema.run)
    }
  }

  /// Saves or removes the global stop with its audit line, in one transaction.
  public func saveStop(_ stop: HealingStop?, recording record: AuditRecord) async throws(ControlStoreFailure) {
    let limit = self.auditLimit
    try await self.write { database in
      try database.execute(sql: "DELETE FROM healing_state WHERE key = 'stop'")
      if let stop {
        try database.execute(
          sql: "INSERT INTO healing_state (key, value) VALUES ('stop', ?)", arguments: [try HealingSchema.text(stop)])
      }
      _ = try ControlSchema.append(record, keeping: limit, to: database)
    }
  }

  /// The global stop.
  public func loadStop() async throws(ControlStoreFailure) -> HealingStop? {
    try await self.read { database in
      try String.fetchOne(database, sql: "SELECT value FROM healing_state WHERE key = 'stop'")
        .map { try HealingSchema.value($0, "the global stop") }
    }
  }

  /// Saves what is known of a process.
  public func saveProcess(_ process: SupervisedProcessRecord) async throws(ControlStoreFailure) {
    try await self.write { database in
      try database.execute(
        sql: """
          INSERT INTO healing_process (name, pid, startTicks, boot) VALUES (?, ?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET pid = excluded.pid, startTicks = excluded.startTicks, boot = excluded.boot
          """,
        arguments: [process.name, process.pid, process.startTicks, process.boot])
    }
  }

  /// Forgets a process.
  public func removeProcess(named name: String) async throws(ControlStoreFailure) {
    try await self.write { database in
      try database.execute(sql: "DELETE FROM healing_process WHERE name = ?", arguments: [name])
    }
  }

  /// Every process, sorted by name.
  public func loadProcesses() async throws(ControlStoreFailure) -> [SupervisedProcessRecord] {
    try await self.read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM healing_process ORDER BY name").map(HealingSchema.process)
    }
  }

  /// The mark of supervised processes, made the first time.
  public func supervisionMark(proposal: String) async throws(ControlStoreFailure) -> String {
    try await self.write { database in
      try database.execute(
        sql: "INSERT INTO healing_state (key, value) VALUES ('mark', ?) ON CONFLICT (key) DO NOTHING",
        arguments: [proposal])
      return try String.fetchOne(database, sql: "SELECT value FROM healing_state WHERE key = 'mark'") ?? proposal
    }
  }
}
