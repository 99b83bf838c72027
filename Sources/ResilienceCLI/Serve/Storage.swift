internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces
internal import ResilienceRedis
internal import ResilienceSQLite

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
  /// The Redis that everything is kept in; nil where it is another storage.
  private(set) var client: RedisClient?

  private init(_ store: any ControlStore & ReviewStore & HealingStore, queue: any QueueStore) {
    self.control = store
    self.reviews = store
    self.healing = store
    self.queue = queue
  }

  private init(control: any ControlStore, besides local: any ReviewStore & HealingStore, queue: any QueueStore) {
    self.control = control
    self.reviews = local
    self.healing = local
    self.queue = queue
  }

  static func open(_ location: StorageLocation, service: String, log: Logger) async throws -> Storage {
    switch location {
    case .memory: return Storage(InMemoryControlStore(), queue: InMemoryQueueStore())
    case .sqlite(let path):
      do {
        return Storage(
          try SQLiteControlStore(path: path), queue: SQLiteQueueStore(try SQLiteDatabase(path: path)))
      } catch {
        throw StartFailure("storage: \(error)")
      }
    case .postgresql:
      throw StartFailure(
        "storage: this binary cannot keep its state in PostgreSQL; use sqlite:FILE, redis:// or memory:")
    case .redis(let url): return try await self.redis(url.value, service: service, log: log)
    }
  }

  /// Every instance of the service shares what is kept under the service's name.
  private static func redis(_ url: String, service: String, log: Logger) async throws -> Storage {
    let prefix = "resilience:\(service):"
    do {
      let client = try RedisClient(RedisConfiguration(url: url))
      let report = try await RedisStartupCheck(client, prefix: prefix).run()
      for warning in report.warnings { log.warning("storage: \(warning)") }
      log.warning(
        """
        storage: with redis:// requests for review and healing runs are kept in this process's memory, and settings \
        cannot be changed while the program runs; queue, overrides, modes, toggles and audit are shared and kept
        """)
      var storage = Storage(
        control: RedisControlStore(client, prefix: prefix), besides: InMemoryControlStore(),
        queue: RedisQueueStore(client, prefix: prefix))
      storage.exchange = RedisOpinionExchange(client, prefix: prefix)
      storage.client = client
      return storage
    } catch {
      throw StartFailure("storage: \(error)")
    }
  }

  /// Ends connections, when what is under way is done.
  func close() async { await self.client?.close(within: .seconds(2)) }
}
