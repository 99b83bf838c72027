internal import Resilience
internal import ResilienceInterfaces

/// Brings the tables of the stores up to date.
enum StoreSchema {
  /// The version that this program writes; a step of `migrations` for each.
  static let version = Int64(Self.migrations.count)
  /// What each version has added, in order; what was released is never changed.
  private static let migrations = [
    StoreTables.all + QueueFunctions.all + OtherFunctions.all,
    ControlDocuments.all,
    HolderIndex.all,
  ]
  private static let oldestServer = 120_000
  /// How much longer than a call an upgrade may take, in nanoseconds: an index of a large queue takes its time.
  private static let upgradeTime: Int64 = 600_000_000_000

  /// Makes schema and tables where they are missing, in one transaction; refuses what a newer version has changed.
  static func migrate(_ configuration: PostgreSQLConfiguration) throws(PostgreSQLTrouble) {
    let deadline = Runtime.live.now() + configuration.timeout.nanoseconds
    let session = try PostgreSQLSession.open(configuration, until: deadline)
    try self.check(session, configuration)
    let schema = PostgreSQLSession.quoted(configuration.schema)
    var steps = [
      PostgreSQLQuery("BEGIN"),
      // Instances that start at the same time do it one after the other.
      PostgreSQLQuery("SELECT pg_advisory_xact_lock(7261736)"),
      PostgreSQLQuery("SELECT 1 FROM pg_namespace WHERE nspname = $1", [.text(configuration.schema)]),
      PostgreSQLQuery("SELECT to_regclass($1)::text", [.text("\(schema).schema_version")]),
    ]
    let found: [[PostgreSQLRow]]
    do throws(PostgreSQLTrouble) {
      found = try session.run(steps, until: deadline)
    } catch { throw self.explained(error, configuration) }
    steps = found[2].isEmpty ? [PostgreSQLQuery("CREATE SCHEMA \(schema)")] : []
    var known: Int64 = 0
    if let row = found[3].first, !row.isNull(0) {
      known =
        try session.run([PostgreSQLQuery("SELECT max(version)::bigint FROM schema_version")], until: deadline)
        .first?.first?.integer(0) ?? 0
    }
    if known > self.version { throw .known(self.tooNew(known, configuration)) }
    var end = deadline
    if known > 0 && known < self.version {
      end += self.upgradeTime
      let limits = ["statement_timeout"] + (session.serverVersion >= 170_000 ? ["transaction_timeout"] : [])
      steps += limits.map { PostgreSQLQuery("SELECT set_config($1, '0', true)", [.text($0)]) }
    }
    for (index, scripts) in self.migrations.enumerated() where known <= index {
      steps += scripts.flatMap { self.statements($0) }.map { PostgreSQLQuery($0) }
      steps.append(PostgreSQLQuery("INSERT INTO schema_version VALUES (\(index + 1))"))
    }
    steps.append(PostgreSQLQuery("COMMIT"))
    do throws(PostgreSQLTrouble) {
      _ = try session.run(steps, until: end)
    } catch { throw self.explained(error, configuration) }
  }

  private static func check(
    _ session: PostgreSQLSession, _ configuration: PostgreSQLConfiguration
  ) throws(PostgreSQLTrouble) {
    func refuse(_ detail: String, _ remedy: String) -> PostgreSQLTrouble {
      .known(StoreFailure(.wrongVersion, store: configuration.location, detail: detail, remedy: remedy))
    }
    if session.serverVersion < self.oldestServer {
      throw refuse(
        "The server is PostgreSQL \(session.serverVersion / 10_000), and 12 is needed.", "Use a newer server.")
    }
    if session.serverEncoding != "UTF8" {
      throw refuse(
        "The database's encoding is \(session.serverEncoding), and UTF8 is needed.",
        "Create a database with ENCODING 'UTF8' TEMPLATE template0.")
    }
  }

  private static func explained(
    _ trouble: PostgreSQLTrouble, _ configuration: PostgreSQLConfiguration
  ) -> PostgreSQLTrouble {
    guard case .refused("42501", let message) = trouble else { return trouble }
    return .known(
      StoreFailure(
        .permissionDenied, store: configuration.location,
        detail: "The user may not make or use the schema '\(configuration.schema)' (\(message)).",
        remedy: "As an owner: CREATE SCHEMA \(PostgreSQLSession.quoted(configuration.schema)) AUTHORIZATION the user."))
  }

  private static func tooNew(_ found: Int64, _ configuration: PostgreSQLConfiguration) -> StoreFailure {
    StoreFailure(
      .schemaTooNew, store: configuration.location,
      detail: "A newer version of the program has changed the schema '\(configuration.schema)' (version \(found), "
        + "this one writes \(self.version)).",
      remedy: "Start that version, or use another schema.")
  }

  /// The statements of a script; one ends where a line ends with a semicolon outside of a function's body.
  static func statements(_ script: String) -> [String] {
    var statements: [String] = []
    var current: [Substring] = []
    var isInBody = false
    for line in script.split(separator: "\n", omittingEmptySubsequences: true) {
      current.append(line)
      if line.split(separator: "$body$", omittingEmptySubsequences: false).count.isMultiple(of: 2) { isInBody.toggle() }
      guard !isInBody, line.hasSuffix(";") else { continue }
      statements.append(current.joined(separator: "\n"))
      current = []
    }
    return statements
  }
}
