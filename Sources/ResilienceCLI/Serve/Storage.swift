internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces
internal import ResilienceRedis
internal import ResilienceSQLite

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif
#if POSTGRESQL
  internal import ResiliencePostgreSQL
#elseif PostgreSQL
  #error("the trait PostgreSQL needs libpq: install libpq-dev, or set RESILIENCE_POSTGRESQL=1 if it lies elsewhere")
#endif

/// Opens the storage that a configuration names.
struct Storage {
  /// Operators' decisions and the audit.
  let control: any ControlStore
  /// What waits for a person's decision.
  let reviews: any ReviewStore
  /// What healing has done, and the processes that it keeps running.
  let healing: any HealingStore
  /// Requests that wait for their dependencies.
  let queue: any QueueStore
  /// Where the instances of the service meet; nil where each is alone.
  var exchange: (any OpinionExchange)?
  /// Where the instances of the service share the last good answers; nil where each is alone.
  private(set) var responses: (any KeyValueStore)?
  /// Ends connections.
  private var ending: @Sendable () async -> Void = {}
  /// The Redis that everything is kept in; nil where it is another storage.
  private(set) var client: RedisClient?

  private init(_ store: any ControlStore & ReviewStore & HealingStore, queue: any QueueStore) {
    self.control = store
    self.reviews = store
    self.healing = store
    self.queue = queue
  }

  /// - Parameters:
  ///   - location: Where.
  ///   - service: Under what name instances share it.
  ///   - instance: Whose healing runs and processes these are.
  ///   - log: Where warnings go.
  static func open(
    _ location: StorageLocation, service: String, instance: String, log: Logger
  ) async throws -> Storage {
    switch location {
    case .memory: return Storage(InMemoryControlStore(), queue: InMemoryQueueStore())
    case .sqlite(let path): return try await self.sqlite(path, log: log)
    case .postgresql(let url): return try await self.postgreSQL(url.value, service: service, instance: instance)
    case .redis(let url): return try await self.redis(url.value, service: service, instance: instance, log: log)
    }
  }

  /// What an instance is called: the host and the port that operators know it by, the same after a restart.
  static func instance(at operations: ListenAddress) -> String {
    var name = [CChar](repeating: 0, count: 256)
    let host =
      gethostname(&name, name.count - 1) == 0
      ? String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "host"
    return "\(host)/\(operations)"
  }

  /// What an instance that is gone was delivering when it ended is due again at once, if no other instance is there.
  private static func sqlite(_ path: String, log: Logger) async throws -> Storage {
    do {
      let queue = SQLiteQueueStore(try SQLiteDatabase(path: path))
      let ended = try await queue.endAbandonedClaims()
      if ended > 0 {
        log.notice("storage: due again, because it was under way when the program ended: \(ended) of what is kept")
      }
      return Storage(try SQLiteControlStore(path: path), queue: queue)
    } catch {
      throw StartFailure("storage: \(error)")
    }
  }

  /// Every instance of the service shares what is kept under the service's name.
  private static func redis(
    _ url: String, service: String, instance: String, log: Logger
  ) async throws -> Storage {
    let prefix = "resilience:\(service):"
    do {
      let client = try RedisClient(RedisConfiguration(url: url))
      let report = try await RedisStartupCheck(client, prefix: prefix).run()
      for warning in report.warnings { log.warning("storage: \(warning)") }
      var storage = Storage(
        RedisControlStore(client, prefix: prefix, instance: instance), queue: RedisQueueStore(client, prefix: prefix))
      storage.exchange = RedisOpinionExchange(client, prefix: prefix)
      storage.client = client
      storage.responses = RedisKeyValueStore(client, prefix: prefix + "responses:")
      storage.ending = { await client.close(within: .seconds(2)) }
      return storage
    } catch {
      throw StartFailure("storage: \(error)")
    }
  }

  #if POSTGRESQL
    /// Every instance of the service shares the schema that has the service's name.
    private static func postgreSQL(_ url: String, service: String, instance: String) async throws -> Storage {
      do {
        var configuration = try PostgreSQLConfiguration(url: url)
        configuration.schema = "resilience_\(service)"
        let database = try await PostgreSQLDatabase(configuration)
        var storage = Storage(
          PostgreSQLControlStore(database, instance: instance), queue: PostgreSQLQueueStore(database))
        storage.exchange = PostgreSQLOpinionExchange(database)
        storage.ending = { database.close() }
        return storage
      } catch {
        throw StartFailure("storage: \(error)")
      }
    }
  #else
    private static func postgreSQL(_ url: String, service: String, instance: String) async throws -> Storage {
      throw StartFailure(
        """
        storage: this program was built without PostgreSQL; install libpq-dev and build it again, or use sqlite:FILE, \
        redis:// or memory:
        """)
    }
  #endif

  /// Ends connections, when what is under way is done.
  func close() async { await self.ending() }
}
