internal import Dispatch
internal import GRDB
public import Resilience
public import ResilienceInterfaces

/// A SQLite file that stores share: queue, key-value, leases and series.
///
/// Write-ahead log, `synchronous = FULL`: a write that has returned is on the disk, and survives the kill of the
/// process and the loss of power. **Group commit**: writes that come while another one is being synchronised are
/// committed together, so that many callers at once pay for one synchronisation; each write still succeeds or fails for
/// itself. Several processes may open the same file; one waits for the other up to the busy time-out.
///
/// Cost: one synchronisation of the disk per group of writes; reads run beside writes.
public final class SQLiteDatabase: Sendable {
  /// Where the file is.
  public let path: String
  let clock: StoreClock
  /// Where time comes from.
  let runtime: Runtime
  private let pool: DatabasePool
  private let ownership: FileOwnership?
  private let writes = Lock(Writes())

  private struct Writes {
    var waiting: [SQLiteWrite] = []
    var isRunning = false
    /// GRDB runs writes on a closed connection all the same, and SQLite does not survive that.
    var isClosed = false
    /// The latest instant that the file knows of.
    var keptInstant: Int64 = 0
  }

  /// Opens a file, creating it (not its folder) where it is missing, and brings its tables up to date.
  ///
  /// Blocks while it does so; call it at start-up.
  /// - Parameters:
  ///   - path: The file's path; next to it SQLite keeps `-wal` and `-shm` files.
  ///   - busyTimeout: How long to wait for another process that writes; default 5 s.
  ///   - synchronizesFully: Whether every commit waits for the disk; default true. Without, a loss of power (not a
  ///     kill of the process) can lose the last commits.
  ///   - maximumBytes: How large the file may grow, after which writes fail as on a full disk; nil, the default, for no
  ///     limit of its own.
  ///   - isExclusive: Whether no other process may open it so meanwhile, as for the fallback of sessions, whose owner
  ///     keeps in memory what is in it; default false. A lock on the file `PATH-owner` sees to it, which ends with the
  ///     process or the last use of the database.
  ///   - runtime: Where time comes from.
  /// - Throws: `StoreFailure`: `unreachable`, `permissionDenied`, `readOnly`, `locked`, `corrupted`, `schemaTooNew`,
  ///   `wrongVersion`, `diskFull`.
  public init(
    path: String, busyTimeout: Duration = .seconds(5), synchronizesFully: Bool = true, maximumBytes: Int? = nil,
    isExclusive: Bool = false, runtime: Runtime = .live
  ) throws(StoreFailure) {
    self.path = path
    self.runtime = runtime
    do {
      var configuration = GRDB.Configuration()
      configuration.journalMode = .wal
      configuration.busyMode = .timeout(busyTimeout / .seconds(1))
      configuration.maximumReaderCount = 4
      let pool = try DatabasePool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction { database in
        // GRDB relaxes this to NORMAL in WAL mode, under which a loss of power may lose the last commits.
        try database.execute(sql: "PRAGMA synchronous = \(synchronizesFully ? "FULL" : "NORMAL")")
        if let maximumBytes {
          let size = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
          _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(max(1, maximumBytes / size))")
        }
      }
      try StoreSchema.migrate(pool)
      // SQLite opens what it cannot write for reading, and such a connection stays so when the disk takes writes again.
      try pool.writeWithoutTransaction { database in
        try database.beginTransaction()
        defer { if database.isInsideTransaction { try? database.rollback() } }
        try database.execute(sql: "UPDATE store_counter SET value = value WHERE name = 'clock'")
      }
      let latest = try pool.read { try Int64.fetchOne($0, sql: "SELECT value FROM store_counter WHERE name = 'clock'") }
      self.pool = pool
      self.clock = StoreClock(runtime, notBefore: latest ?? 0)
      self.writes.withLock { $0.keptInstant = latest ?? 0 }
    } catch {
      throw SQLiteTrouble.failure(error, path: path)
    }
    self.ownership = isExclusive ? try FileOwnership(database: path) : nil
  }

  /// Makes the log part of the file and closes it; reads and writes fail from then on.
  ///
  /// Not needed for safety, only to leave one file behind instead of three.
  public func close() throws(StoreFailure) {
    self.writes.withLock { $0.isClosed = true }
    do {
      try self.pool.close()
    } catch {
      throw SQLiteTrouble.failure(error, path: self.path)
    }
  }

  /// Makes the log part of the file, so that one file holds everything; the database goes on as before.
  ///
  /// Not needed for safety: for an ordered end, after which people copy one file. What others still read stays in the
  /// log.
  /// - Throws: `StoreFailure`, as any write; nothing is lost then.
  public func checkpoint() async throws(StoreFailure) {
    do {
      try await self.pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    } catch {
      throw SQLiteTrouble.failure(error, path: self.path)
    }
  }

  // MARK: Reading

  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreFailure) -> Value {
    do {
      return try await self.pool.read(body)
    } catch {
      throw SQLiteTrouble.failure(error, path: self.path)
    }
  }

  // MARK: Writing

  /// Runs a write in the next group; the instant is that of the group.
  ///
  /// Not hindered by cancellation: what was begun is said to have been done.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database, Int64) throws -> Value
  ) async throws(StoreFailure) -> Value {
    let answer: Result<Value, StoreFailure> = await withCheckedContinuation { continuation in
      let path = self.path
      let write = SQLiteWrite(
        body: body, failing: { SQLiteTrouble.failure($0, path: path) }, answer: { continuation.resume(returning: $0) })
      let begins = self.writes.withLock { writes in
        writes.waiting.append(write)
        defer { writes.isRunning = true }
        return !writes.isRunning
      }
      if begins { self.pool.asyncWriteWithoutTransaction { self.runGroups($0) } }
    }
    return try answer.get()
  }

  /// Commits group after group, until nobody waits.
  private func runGroups(_ database: Database) {
    while true {
      let group = self.writes.withLock { writes in
        defer { writes.waiting = [] }
        writes.isRunning = !writes.waiting.isEmpty
        return writes.waiting
      }
      if group.isEmpty { return }
      if self.writes.withLock({ $0.isClosed }) {
        for write in group { write.finish(self.closed) }
      } else {
        self.run(group, database)
      }
    }
  }

  private var closed: StoreFailure {
    StoreFailure(
      .unreachable, store: self.path, detail: "The file has been closed.",
      remedy: "Close it only when nobody needs it any more, or open it anew.", transmission: .neverSent)
  }

  private func run(_ group: [SQLiteWrite], _ database: Database) {
    let now = self.clock.now
    do {
      let before = database.totalChangesCount
      try database.beginTransaction(.immediate)
      for write in group {
        try write.run(database, now, isAlone: group.count == 1)
        // A full disk can end the whole transaction, and with it what others of the group have written.
        if !database.isInsideTransaction { throw SQLiteTrouble.transactionEnded(write.failure) }
      }
      // A group that has changed nothing (a claim that found nothing) costs no synchronisation.
      if database.totalChangesCount != before { try self.keep(now, database) }
      try database.commit()
    } catch {
      if database.isInsideTransaction { try? database.rollback() }
      for write in group { write.finish(error) }
      return
    }
    for write in group { write.finish(nil) }
  }

  /// Remembers the time, so that a clock that is set back while the program is away does not lengthen what was agreed.
  private func keep(_ now: Int64, _ database: Database) throws {
    let isDue = self.writes.withLock { writes in
      guard now >= writes.keptInstant + 1_000 else { return false }
      writes.keptInstant = now
      return true
    }
    guard isDue else { return }
    let statement = try database.cachedStatement(
      sql: "UPDATE store_counter SET value = max(value, ?) WHERE name = 'clock'")
    try statement.execute(arguments: [now])
  }
}
