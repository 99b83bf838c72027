internal import Foundation
internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDynamoDB
internal import ResilienceInterfaces
internal import ResilienceRedis
internal import ResilienceSQLite

#if POSTGRESQL
  internal import ResiliencePostgreSQL
#endif

/// Opens the stores that sessions live in and wait in.
///
/// A store that cannot be used ends the start. One that only does not answer does not, if there is a fallback: a
/// program that is started again during an outage goes on with what waits.
struct SessionStores {
  let primary: any KeyValueStore
  let fallback: (any KeyValueStore)?
  /// Whether the primary store removes by itself what has expired.
  private(set) var cleansItself = false
  private var ending: @Sendable () async -> Void = {}

  private init(primary: any KeyValueStore, fallback: (any KeyValueStore)?) {
    self.primary = primary
    self.fallback = fallback
  }

  static func open(
    _ settings: SessionsConfiguration, service: String, environment: [String: String], log: Logger
  ) async throws -> SessionStores {
    let fallback = try settings.fallback.map { try self.embedded($0, ofOneInstance: true) }
    switch settings.store {
    case .storage(.redis(let url)): return try await self.redis(url.value, service, settings, fallback, log)
    case .storage(.postgresql(let url)):
      return try await self.postgreSQL(url.value, service, settings, fallback, log)
    case .dynamoDB(let table):
      return try await self.dynamoDB(table, settings, environment, fallback, log)
    case .storage(let location): return SessionStores(primary: try self.embedded(location), fallback: fallback)
    }
  }

  /// Ends connections, when what is under way is done.
  func close() async { await self.ending() }

  /// Whether a store that fails so may come up later.
  private static func isAway(_ failure: StoreFailure) -> Bool {
    [.unreachable, .timedOut, .locked].contains(failure.kind)
  }

  private static func embedded(
    _ location: StorageLocation, ofOneInstance isExclusive: Bool = false
  ) throws -> any KeyValueStore {
    switch location {
    case .memory: return InMemoryKeyValueStore()
    case .sqlite(let path):
      do {
        return SQLiteKeyValueStore(try SQLiteDatabase(path: path, isExclusive: isExclusive))
      } catch {
        throw StartFailure("sessions: \(error)")
      }
    case .redis, .postgresql:
      throw StartFailure("sessions: \(location) is no store of this machine alone; write sqlite:FILE")
    }
  }

  private static func redis(
    _ url: String, _ service: String, _ settings: SessionsConfiguration, _ fallback: (any KeyValueStore)?,
    _ log: Logger
  ) async throws -> SessionStores {
    // Two services may share a server: they do not read each other's sessions.
    let prefix = "resilience:\(service):"
    let client: RedisClient
    do {
      client = try RedisClient(RedisConfiguration(url: url))
    } catch {
      throw StartFailure("sessions.store: \(error)")
    }
    do throws(RedisError) {
      let report = try await RedisStartupCheck(client, prefix: prefix).run()
      for warning in report.warnings { log.warning("sessions.store: \(warning)") }
    } catch {
      guard fallback != nil, [.unreachable, .timedOut, .connectionLost, .loading].contains(error.kind) else {
        throw StartFailure("sessions.store: \(error)")
      }
      log.warning("sessions.store: \(error) Until then the fallback serves what this instance knows.")
    }
    var stores = SessionStores(primary: RedisKeyValueStore(client, prefix: prefix), fallback: fallback)
    stores.ending = { await client.close(within: .seconds(2)) }
    return stores
  }

  #if POSTGRESQL
    /// Every instance of the service shares the schema that has the service's name.
    private static func postgreSQL(
      _ url: String, _ service: String, _ settings: SessionsConfiguration, _ fallback: (any KeyValueStore)?,
      _ log: Logger
    ) async throws -> SessionStores {
      var configuration: PostgreSQLConfiguration
      do {
        configuration = try PostgreSQLConfiguration(url: url)
      } catch {
        throw StartFailure("sessions.store: \(error)")
      }
      configuration.schema = "resilience_\(service)"
      configuration.timeout = settings.operationTimeout
      let opened = Lock<PostgreSQLDatabase?>(nil)
      let store = LateKeyValueStore { [configuration] () async throws(StoreFailure) in
        let database = try await PostgreSQLDatabase(configuration)
        opened.withLock { $0 = database }
        return PostgreSQLKeyValueStore(database)
      }
      do throws(StoreFailure) {
        try await store.store()
      } catch {
        guard fallback != nil, self.isAway(error) else { throw StartFailure("sessions.store: \(error)") }
        log.warning("sessions.store: \(error) Until then the fallback serves what this instance knows.")
      }
      var stores = SessionStores(primary: store, fallback: fallback)
      stores.ending = { opened.withLock { $0 }?.close() }
      return stores
    }
  #else
    private static func postgreSQL(
      _ url: String, _ service: String, _ settings: SessionsConfiguration, _ fallback: (any KeyValueStore)?,
      _ log: Logger
    ) async throws -> SessionStores {
      throw StartFailure(
        "sessions.store: this program was built without PostgreSQL; install libpq-dev and build it again, or use "
          + "redis://, dynamodb: or sqlite:FILE")
    }
  #endif

  private static func dynamoDB(
    _ table: String, _ settings: SessionsConfiguration, _ environment: [String: String],
    _ fallback: (any KeyValueStore)?, _ log: Logger
  ) async throws -> SessionStores {
    let own = settings.dynamoDB
    var credentials = DynamoDBCredentials(environment: environment)
    if let id = own.accessKeyID, let secret = own.secretAccessKey {
      credentials = DynamoDBCredentials(
        accessKeyID: id, secretAccessKey: secret.value, sessionToken: own.sessionToken?.value)
    }
    guard let credentials else {
      throw StartFailure(
        "sessions.dynamodb: there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or accessKeyId "
          + "and secretAccessKey")
    }
    let region = own.region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1"
    do {
      let client = try DynamoDBClient(
        DynamoDBConfiguration(
          table: table, credentials: credentials, region: region, endpoint: own.endpoint?.description,
          timeout: settings.operationTimeout, retry: .init(maxAttempts: 2, backoff: .constant(.milliseconds(50))),
          shards: own.shards))
      var stores = SessionStores(primary: DynamoDBKeyValueStore(client), fallback: fallback)
      stores.cleansItself = try await self.removesExpired(client, settings, log)
      return stores
    } catch let error as InvalidConfiguration {
      throw StartFailure("sessions.dynamodb: \(error)")
    }
  }

  /// Checks the table; whether DynamoDB removes from it what has expired.
  private static func removesExpired(
    _ client: DynamoDBClient, _ settings: SessionsConfiguration, _ log: Logger
  ) async throws -> Bool {
    do throws(StoreFailure) {
      let report = try await DynamoDBStartupCheck(client).run(creates: settings.dynamoDB.createTable)
      if report.isNew { log.notice("sessions.store: the table was created") }
      for warning in report.warnings { log.warning("sessions.store: \(warning)") }
      return report.removesExpired
    } catch {
      guard settings.fallback != nil, self.isAway(error) else {
        throw StartFailure("sessions.store: \(error)")
      }
      log.warning("sessions.store: \(error) Until then the fallback serves what this instance knows.")
      return false
    }
  }
}
