internal import ResilienceConfiguration
internal import ResilienceInterfaces
internal import ResilienceSQLite

/// Opens the storage that a configuration names.
struct Storage {
  /// Operators' decisions and the audit.
  let control: any ControlStore
  /// Requests that wait for their dependencies.
  let queue: any QueueStore

  static func open(_ location: StorageLocation) throws -> Storage {
    switch location {
    case .memory: return Storage(control: InMemoryControlStore(), queue: InMemoryQueueStore())
    case .sqlite(let path):
      do {
        return Storage(
          control: try SQLiteControlStore(path: path), queue: SQLiteQueueStore(try SQLiteDatabase(path: path)))
      } catch {
        throw StartFailure("storage: \(error)")
      }
    case .postgresql:
      throw StartFailure("storage: this binary cannot keep its state in PostgreSQL; use sqlite:FILE or memory:")
    case .redis:
      throw StartFailure("storage: this version cannot keep its state in Redis; use sqlite:FILE or memory:")
    }
  }
}
