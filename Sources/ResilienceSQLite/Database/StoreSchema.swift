internal import GRDB

/// The tables of the stores.
enum StoreSchema {
  /// Migrations carry this prefix: the control store keeps its own in the same file.
  private static let prefix = "store-"
  /// `RETURNING` and what else is used came with it.
  private static let oldestLibrary = [3, 35]

  /// Brings the tables up to date; refuses a file that a newer version has changed.
  static func migrate(_ database: some DatabaseWriter) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration(self.prefix + "1") { database in
      for statement in self.counters + self.queue + self.others { try database.execute(sql: statement) }
    }
    migrator.registerMigration(self.prefix + "2") { database in
      // Who holds an ordering key is found without reading its other items; the condition is `QueueWriting.isHolder`.
      try database.execute(
        sql: """
          CREATE INDEX queue_item_holder ON queue_item (queue, ordering_key)
          WHERE ordering_key IS NOT NULL AND (state IN (0, 2) OR (state = 4 AND ordering = 'untilResolved'))
          """)
    }
    let version = try database.read { try String.fetchOne($0, sql: "SELECT sqlite_version()") } ?? ""
    let numbers = version.split(separator: ".").compactMap { Int($0) }
    if numbers.lexicographicallyPrecedes(self.oldestLibrary) { throw SQLiteTrouble.oldLibrary(version: version) }
    let known = Set(migrator.migrations)
    let applied = try database.read { try migrator.appliedIdentifiers($0) }
    if let unknown = applied.first(where: { $0.hasPrefix(self.prefix) && !known.contains($0) }) {
      throw SQLiteTrouble.tooNew(migration: unknown)
    }
    // Nothing is written where nothing is new, so that a file on a full disk still opens.
    if !known.isSubset(of: applied) { try migrator.migrate(database) }
  }

  /// The next number of a counter; numbers are never used twice, also after what had them is gone.
  static func next(_ counter: String, by count: Int64 = 1, _ database: Database) throws -> Int64 {
    let statement = try database.cachedStatement(
      sql: "UPDATE store_counter SET value = value + ? WHERE name = ? RETURNING value")
    guard let value = try Int64.fetchOne(statement, arguments: [count, counter]) else {
      throw SQLiteTrouble.unreadable("the counter '\(counter)' is missing")
    }
    return value
  }

  private static let counters = [
    "CREATE TABLE store_counter (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO store_counter VALUES ('clock', 0), ('queue', 0), ('version', 0), ('token', 0), ('point', 0)",
  ]

  private static let queue = [
    """
    CREATE TABLE queue_item (
      sequence INTEGER PRIMARY KEY NOT NULL, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL, state INTEGER NOT NULL,
      due INTEGER NOT NULL, turn INTEGER NOT NULL, attempts INTEGER NOT NULL, claims INTEGER NOT NULL,
      enqueued INTEGER NOT NULL, size INTEGER NOT NULL, ordering_key TEXT, ordering TEXT NOT NULL,
      idempotency_key TEXT, owner TEXT, note TEXT, metadata TEXT NOT NULL, payload BLOB NOT NULL)
    """,
    "CREATE INDEX queue_item_due ON queue_item (queue, state, due, sequence)",
    """
    CREATE INDEX queue_item_line ON queue_item (queue, ordering_key, state, turn) WHERE ordering_key IS NOT NULL
    """,
    """
    CREATE UNIQUE INDEX queue_item_once ON queue_item (queue, idempotency_key) WHERE idempotency_key IS NOT NULL
    """,
    "CREATE INDEX queue_item_completed ON queue_item (due) WHERE state = 3",
    """
    CREATE TABLE queue_count (
      queue TEXT NOT NULL, state INTEGER NOT NULL, items INTEGER NOT NULL, bytes INTEGER NOT NULL,
      PRIMARY KEY (queue, state)) WITHOUT ROWID
    """,
    """
    CREATE TRIGGER queue_item_added AFTER INSERT ON queue_item BEGIN
      INSERT INTO queue_count VALUES (new.queue, new.state, 1, new.size)
        ON CONFLICT DO UPDATE SET items = items + 1, bytes = bytes + new.size;
    END
    """,
    """
    CREATE TRIGGER queue_item_moved AFTER UPDATE OF state ON queue_item WHEN old.state <> new.state BEGIN
      UPDATE queue_count SET items = items - 1, bytes = bytes - old.size WHERE queue = old.queue AND state = old.state;
      INSERT INTO queue_count VALUES (new.queue, new.state, 1, new.size)
        ON CONFLICT DO UPDATE SET items = items + 1, bytes = bytes + new.size;
    END
    """,
    """
    CREATE TRIGGER queue_item_removed AFTER DELETE ON queue_item BEGIN
      UPDATE queue_count SET items = items - 1, bytes = bytes - old.size WHERE queue = old.queue AND state = old.state;
    END
    """,
  ]

  private static let others = [
    """
    CREATE TABLE key_value (
      key TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, expires INTEGER, metadata TEXT NOT NULL,
      value BLOB NOT NULL) WITHOUT ROWID
    """,
    "CREATE INDEX key_value_expires ON key_value (expires) WHERE expires IS NOT NULL",
    """
    CREATE TABLE lease (
      name TEXT PRIMARY KEY NOT NULL, owner TEXT NOT NULL, token INTEGER NOT NULL, expires INTEGER NOT NULL)
      WITHOUT ROWID
    """,
    """
    CREATE TABLE series_point (
      series TEXT NOT NULL, at INTEGER NOT NULL, number INTEGER NOT NULL, value BLOB NOT NULL,
      PRIMARY KEY (series, at, number)) WITHOUT ROWID
    """,
  ]
}
