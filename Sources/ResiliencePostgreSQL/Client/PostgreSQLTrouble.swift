internal import Resilience
internal import ResilienceInterfaces

/// What can go wrong between this process and a server, and what it means for a store.
enum PostgreSQLTrouble: Error {
  /// There is no connection, and nothing was sent.
  case unreachable(String)
  /// The caller's time was over before anything was sent; that says nothing about the server.
  case late
  /// The connection broke or was given up while an answer was due.
  case lost(String)
  /// No answer in time; the connection was given up.
  case timedOut(String)
  /// The server refuses, and says so by a code (SQLSTATE).
  case refused(code: String, message: String)
  /// An answer that nobody of this version has written.
  case unreadable(String)
  /// The server is away, and the next attempt to connect is not due yet; the last one's failure.
  case known(StoreFailure)

  /// Whether the server has taken the step back, so that the same may be asked again.
  var isTakenBack: Bool {
    guard case .refused(let code, _) = self else { return false }
    // Serialization, deadlock, two that wrote the same key at once; a server that goes down or comes up.
    return ["40001", "40P01", "23505", "57P01", "57P02", "57P03"].contains(code)
  }

  /// Whether it happened before anything was sent.
  var wasNeverSent: Bool {
    switch self {
    case .unreachable, .late: true
    case .known(let failure): failure.transmission == .neverSent
    case .lost, .timedOut, .refused, .unreadable: false
    }
  }

  /// The same, of a step that may have been carried out by an earlier attempt.
  func perhapsSent(_ location: String) -> PostgreSQLTrouble { .known(self.failure(location).perhapsSent()) }

  /// Whether the connection cannot be used any more.
  var endsConnection: Bool {
    switch self {
    case .unreachable, .late, .lost, .timedOut, .unreadable, .known: true
    case .refused(let code, _): code.hasPrefix("57P") || code.hasPrefix("08") || code.hasPrefix("XX")
    }
  }

  /// The store's error.
  func failure(_ location: String) -> StoreFailure {
    func failure(_ kind: StoreFailure.Kind, _ detail: String, _ remedy: String) -> StoreFailure {
      StoreFailure(kind, store: location, detail: detail, remedy: remedy)
    }
    switch self {
    case .known(let failure): return failure
    case .unreachable(let message): return Self.connecting(message, location)
    case .late:
      return StoreFailure(
        .timedOut, store: location, detail: "Its time was over before it could be sent.",
        remedy: "Look at the server's load and locks (pg_stat_activity), then send the request again.",
        transmission: .neverSent)
    case .lost(let message):
      return failure(
        .unreachable, "The connection broke while an answer was due (\(message)).",
        "Send the request again: it may have been carried out, and repeating it by its id does no harm.")
    case .timedOut(let what):
      return failure(
        .timedOut, "No answer in time (\(what)).",
        "Look at the server's load and locks (pg_stat_activity), then send the request again.")
    case .unreadable(let what):
      return failure(
        .corrupted, "An answer cannot be understood: \(what).",
        "Look whether another program writes to this schema; restore it, or use a new one.")
    case .refused(let code, let message):
      let meaning = Self.meaning(code)
      return failure(meaning.kind, "The server refuses: \(message) (SQLSTATE \(code)).", meaning.remedy)
    }
  }

  private static func meaning(_ code: String) -> (kind: StoreFailure.Kind, remedy: String) {
    switch code {
    case "42501": (.permissionDenied, "Grant the user CREATE on the database, or USAGE and all rights on its schema.")
    case "53100", "53200": (.diskFull, "Free some space or memory on the server, then send the request again.")
    case "25006": (.readOnly, "Connect to the primary server: add target_session_attrs=read-write to the URL.")
    case "55P03", "40001", "40P01":
      (.locked, "Look who holds the lock (pg_locks), then send the request again.")
    case "57014", "25P04":
      (.timedOut, "Look at the server's load and locks (pg_stat_activity), then send the request again.")
    case "22021", "22P05": (.invalid, "Leave out NUL characters and what is no UTF-8.")
    case "3F000", "42P01", "42883", "42703", "XX001", "XX002":
      (.corrupted, "Tables or functions are missing or damaged: restore the schema, or use a new one.")
    case "53300", "57P01", "57P02", "57P03":
      (.unreachable, "The server goes down, comes up or is full: send the request again in a moment.")
    default:
      switch code.prefix(2) {
      case "08": (.unreachable, "Check that the server runs and can be reached from here.")
      case "28": (.permissionDenied, "Correct user and password in the URL, or the server's pg_hba.conf.")
      default: (.other, "Look at the server's log.")
      }
    }
  }

  /// libpq has no code for what goes wrong before the session exists, only the server's words.
  private static func connecting(_ message: String, _ location: String) -> StoreFailure {
    // libpq lays its words out for a terminal, on several lines.
    let line = message.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let end = line.hasSuffix("?") || line.hasSuffix(".") ? "" : "."
    func failure(_ kind: StoreFailure.Kind, _ remedy: String) -> StoreFailure {
      StoreFailure(
        kind, store: location, detail: "No connection: \(line)\(end)", remedy: remedy, transmission: .neverSent)
    }
    let words = message.lowercased()
    func says(_ texts: String...) -> Bool { texts.contains { words.contains($0) } }
    if says("password", "authentication failed", "pg_hba.conf", "permission denied for database") {
      return failure(.permissionDenied, "Correct user and password in the URL, or the server's pg_hba.conf.")
    }
    if says("database \"") && says("does not exist") {
      return failure(.unreachable, "Create the database, or correct its name in the URL.")
    }
    if says("role \"") && says("does not exist") {
      return failure(.permissionDenied, "Create the user, or correct its name in the URL.")
    }
    if says("ssl", "certificate", "tls") {
      return failure(.unreachable, "Correct sslmode, sslrootcert and the host's name in the URL, or the server's TLS.")
    }
    if says("read-only", "hot standby") {
      return failure(.readOnly, "Name the primary server in the URL.")
    }
    return failure(.unreachable, "Check that the server runs and can be reached from here.")
  }
}
