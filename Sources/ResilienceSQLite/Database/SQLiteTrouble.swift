internal import GRDB
internal import ResilienceInterfaces

/// What can be wrong with a file beyond SQLite's own errors, and how any error becomes one that says what to do.
enum SQLiteTrouble: Error {
  /// The file was changed by a newer version of the program.
  case tooNew(migration: String)
  /// SQLite itself is too old.
  case oldLibrary(version: String)
  /// A row cannot be understood.
  case unreadable(String)
  /// The transaction was ended from below, by the error given.
  case transactionEnded((any Error)?)

  /// Turns whatever went wrong with a file into the stores' error.
  static func failure(_ error: any Error, path: String) -> StoreFailure {
    func failure(_ kind: StoreFailure.Kind, _ detail: String, _ remedy: String) -> StoreFailure {
      StoreFailure(kind, store: path, detail: detail, remedy: remedy)
    }
    switch error {
    case let known as StoreFailure: return known
    case SQLiteTrouble.tooNew(let migration):
      return failure(
        .schemaTooNew, "A newer version of the program has changed the file (\(migration)).",
        "Start that version, or set storage.url to another file.")
    case SQLiteTrouble.oldLibrary(let version):
      return failure(
        .wrongVersion, "The system's SQLite is \(version), and 3.35 is needed.", "Install a newer libsqlite3.")
    case SQLiteTrouble.unreadable(let what):
      return failure(.corrupted, "The file cannot be understood: \(what).", self.restore)
    case SQLiteTrouble.transactionEnded(let cause?): return self.failure(cause, path: path)
    case SQLiteTrouble.transactionEnded(nil):
      return failure(.other, "The write was taken back.", "Send the request again.")
    case let error as RowDecodingError:
      return failure(.corrupted, "A row cannot be read (\(error)).", self.restore)
    case let error as DatabaseError:
      let trouble = self.trouble(error)
      return failure(trouble.kind, trouble.detail, trouble.remedy)
    case is CancellationError:
      return failure(.cancelled, "The caller was cancelled while it waited for the file.", "Send the request again.")
    default: return failure(.other, "The file cannot be used (\(error)).", "Check the file and its folder.")
    }
  }

  private static let restore =
    "Move the file and its -wal and -shm files away, and restore a copy or start with a new one."

  private static func trouble(
    _ error: DatabaseError
  ) -> (kind: StoreFailure.Kind, detail: String, remedy: String) {
    let message = error.message ?? "no message"
    switch error.resultCode {
    case .SQLITE_CANTOPEN:
      return (
        .unreachable, "The file cannot be opened (\(message)).",
        "Create its folder, let this user write there, or set storage.url to another place."
      )
    case .SQLITE_PERM, .SQLITE_AUTH:
      return (
        .permissionDenied, "This user may not use the file (\(message)).",
        "Let this user write the file and its folder, or set storage.url to another place."
      )
    case .SQLITE_READONLY:
      return (
        .readOnly, "The file or its disk may be read but not written (\(message)).",
        "Mount the disk for writing, let this user write the file, or set storage.url to another place."
      )
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return (
        .locked, "Another process holds the file (\(message)).",
        "Send the request again; if it stays so, stop the other process or give each instance a file of its own."
      )
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return (.corrupted, "The file is not a sound database (\(message)).", self.restore)
    case .SQLITE_FULL:
      return (.diskFull, "The disk is full (\(message)).", "Free some space, then send the request again.")
    default:
      return (
        .other, "SQLite refused (\(error.extendedResultCode.rawValue): \(message)).",
        "Check the disk and the system's log."
      )
    }
  }
}
