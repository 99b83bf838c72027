internal import GRDB
internal import ResilienceInterfaces

/// What can be wrong with a file beyond SQLite's own errors, and how any error becomes one that says what to do.
enum StorageTrouble: Error {
  /// The file was changed by a newer version of the program.
  case tooNew(migration: String)
  /// A row cannot be understood.
  case unreadable(String)

  /// Turns whatever went wrong with a file into the store's error.
  static func failure(_ error: any Error, path: String) -> ControlStoreFailure {
    switch error {
    case let failure as ControlStoreFailure: failure
    case StorageTrouble.tooNew(let migration): self.tooNew(migration, path)
    case StorageTrouble.unreadable(let what): self.corrupt("The file cannot be understood: \(what).", path)
    case let error as RowDecodingError: self.corrupt("A row cannot be read (\(error)).", path)
    case let error as DatabaseError: self.failure(of: error, path: path)
    case is CancellationError:
      self.other("The request ended before the change was saved.", remedy: "Send it again.", path)
    default: self.other("The file cannot be used (\(error)).", remedy: "Check the file and its folder.", path)
    }
  }

  private static func failure(of error: DatabaseError, path: String) -> ControlStoreFailure {
    let message = error.message ?? "no message"
    let remedy: (kind: ControlStoreFailure.Kind, detail: String, text: String)
    switch error.resultCode {
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_IOERR:
      remedy = (
        .notWritable, "The file cannot be opened or written (\(message)).",
        "Create the folder, let this user write the file and its folder, or set storage.url to another place."
      )
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      remedy = (
        .locked, "Another process holds the file (\(message)).",
        "Stop the other process, or give each instance a file of its own."
      )
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: return self.corrupt("The file is not a sound database (\(message)).", path)
    case .SQLITE_FULL:
      remedy = (.full, "The disk is full (\(message)).", "Free some space, then send the request again.")
    default:
      return self.other(
        "SQLite refused (\(error.extendedResultCode.rawValue): \(message)).", remedy: "Check the file.", path)
    }
    return ControlStoreFailure(kind: remedy.kind, location: path, detail: remedy.detail, remedy: remedy.text)
  }

  private static func tooNew(_ migration: String, _ path: String) -> ControlStoreFailure {
    ControlStoreFailure(
      kind: .tooNew, location: path, detail: "A newer version of the program has changed the file (\(migration)).",
      remedy: "Start that version, or set storage.url to another file.")
  }

  private static func corrupt(_ detail: String, _ path: String) -> ControlStoreFailure {
    ControlStoreFailure(
      kind: .corrupt, location: path, detail: detail,
      remedy: "Move the file and its -wal and -shm files away, and restore a copy or start with a new one.")
  }

  private static func other(_ detail: String, remedy: String, _ path: String) -> ControlStoreFailure {
    ControlStoreFailure(kind: .other, location: path, detail: detail, remedy: remedy)
  }
}
