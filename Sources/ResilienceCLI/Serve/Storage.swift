internal import ResilienceConfiguration
internal import ResilienceInterfaces
internal import ResilienceSQLite

/// Opens the storage that a configuration names.
enum Storage {
  static func open(_ location: StorageLocation) throws -> any ControlStore & HealingStore {
    switch location {
    case .memory: return InMemoryControlStore()
    case .sqlite(let path):
      do throws(ControlStoreFailure) {
        return try SQLiteControlStore(path: path)
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
