internal import CLibPQ
internal import Foundation
internal import Resilience

/// One connection: used by one thread at a time, never blocking beyond a deadline.
///
/// libpq in its pipeline mode: all statements of a call go out together, and their answers count once the server has
/// said that it has carried out everything up to the call's end. Source: PostgreSQL's manual, "Pipeline Mode".
final class PostgreSQLSession {
  private let connection: OpaquePointer
  private var prepared: [String: String] = [:]
  private(set) var isUsable = true

  private init(_ connection: OpaquePointer) { self.connection = connection }

  deinit { PQfinish(self.connection) }

  /// Connects, and sets what a session needs.
  static func open(
    _ configuration: PostgreSQLConfiguration, until deadline: Instant
  ) throws(PostgreSQLTrouble) -> PostgreSQLSession {
    let words: [(String, String)] = [
      ("dbname", configuration.url), ("fallback_application_name", "resilience"), ("client_encoding", "UTF8"),
      ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
    ]
    let keywords = words.map { strdup($0.0) }
    let values = words.map { strdup($0.1) }
    defer { for pointer in keywords + values { free(pointer) } }
    let started = PQconnectStartParams(
      keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
    guard let started else { throw .unreachable("no memory for a connection") }
    let session = PostgreSQLSession(started)
    try session.connect(until: deadline)
    PQsetnonblocking(started, 1)
    // Simple statements, not prepared ones: whatever server answers, it understands these.
    try session.prepareSession(session.settings(configuration), until: deadline)
    guard PQenterPipelineMode(started) == 1 else { throw .unreachable("this libpq has no pipeline mode") }
    return session
  }

  private func settings(_ configuration: PostgreSQLConfiguration) -> String {
    let milliseconds = Int(configuration.timeout.milliseconds)
    var settings = """
      SET search_path TO \(Self.quoted(configuration.schema)); SET statement_timeout = \(milliseconds); \
      SET lock_timeout = \(max(1, milliseconds * 3 / 4)); \
      SET idle_in_transaction_session_timeout = \(milliseconds * 2); \
      SET enable_seqscan = off; SET bytea_output = hex; SET synchronous_commit = on; \
      SET default_transaction_isolation = 'read committed'
      """
    // A client whose machine vanishes must not keep its locks for hours. Ignored where there is no TCP.
    if self.serverVersion >= 120_000 {
      settings += """
        ; SET tcp_keepalives_idle = 15; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; \
        SET tcp_user_timeout = \(milliseconds * 2)
        """
    }
    // The client itself waits a second longer than the time-out.
    if self.serverVersion >= 170_000 { settings += "; SET transaction_timeout = \(milliseconds * 2 + 1_000)" }
    return settings
  }

  /// A name as SQL takes it, whatever characters it has.
  static func quoted(_ name: String) -> String {
    "\"\(name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\""))\""
  }

  /// Such as 150004 for 15.4.
  var serverVersion: Int { Int(PQserverVersion(self.connection)) }

  /// The encoding of the server's texts, as it calls it.
  var serverEncoding: String { PQparameterStatus(self.connection, "server_encoding").map { String(cString: $0) } ?? "" }

  private var message: String {
    let text = PQerrorMessage(self.connection).map { String(cString: $0) } ?? ""
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  // MARK: Connecting

  private func connect(until deadline: Instant) throws(PostgreSQLTrouble) {
    var wants = PGRES_POLLING_WRITING
    while true {
      if PQstatus(self.connection) == CONNECTION_BAD || wants == PGRES_POLLING_FAILED {
        throw .unreachable(self.message)
      }
      if wants == PGRES_POLLING_OK { return }
      let isReady = self.wait(reads: wants == PGRES_POLLING_READING, writes: wants == PGRES_POLLING_WRITING, deadline)
      if !isReady { throw .unreachable("nobody has answered in time") }
      wants = PQconnectPoll(self.connection)
    }
  }

  private func prepareSession(_ sql: String, until deadline: Instant) throws(PostgreSQLTrouble) {
    guard PQsendQuery(self.connection, sql) == 1 else { throw .unreachable(self.message) }
    var refusal: PostgreSQLTrouble?
    while true {
      do throws(PostgreSQLTrouble) {
        try self.pump(until: deadline)
      } catch {
        throw .unreachable(self.message)
      }
      guard let result = PQgetResult(self.connection) else { break }
      if PQresultStatus(result) == PGRES_FATAL_ERROR { refusal = Self.refusal(result) }
      PQclear(result)
    }
    if let refusal { throw refusal }
  }

  // MARK: Asking

  /// Whether the connection is still there: the other side may have hung up while nobody asked.
  ///
  /// Looked at before something is sent, so that what is then sent to a server that was started again goes out once.
  func isAlive() -> Bool {
    guard self.isUsable, PQstatus(self.connection) == CONNECTION_OK else { return false }
    if !self.wait(reads: true, writes: false, Runtime.live.now()) { return true }
    return PQconsumeInput(self.connection) == 1 && PQstatus(self.connection) == CONNECTION_OK
  }

  /// Carries out statements, all in one go; the rows of each.
  ///
  /// Where there are several, the first opens a transaction and the last commits it.
  func run(_ queries: [PostgreSQLQuery], until deadline: Instant) throws(PostgreSQLTrouble) -> [[PostgreSQLRow]] {
    do throws(PostgreSQLTrouble) {
      let steps = try self.send(queries)
      return try self.receive(steps, commits: queries.last?.sql == "COMMIT", until: deadline)
    } catch {
      if error.endsConnection || PQstatus(self.connection) != CONNECTION_OK { self.isUsable = false }
      throw error
    }
  }

  /// What answers are to come: nil for the preparation of a statement, else the statement's text.
  private func send(_ queries: [PostgreSQLQuery]) throws(PostgreSQLTrouble) -> [PendingStep] {
    var steps: [PendingStep] = []
    var names = self.prepared
    for query in queries {
      if names[query.sql] == nil {
        let name = "s\(names.count)"
        let types = query.parameters.map { Oid($0.type) }
        guard PQsendPrepare(self.connection, name, query.sql, Int32(types.count), types) == 1 else {
          throw .lost(self.message)
        }
        names[query.sql] = name
        steps.append(.preparation(sql: query.sql, name: name))
      }
      guard let name = names[query.sql], self.sendOne(name, query.parameters) else { throw .lost(self.message) }
      steps.append(.statement)
    }
    guard PQpipelineSync(self.connection) == 1 else { throw .lost(self.message) }
    return steps
  }

  private func sendOne(_ name: String, _ parameters: [PostgreSQLValue]) -> Bool {
    let encoded = parameters.map(\.encoded)
    var buffer: [UInt8] = []
    buffer.reserveCapacity(encoded.reduce(0) { $0 + ($1?.count ?? 0) } + 1)
    var places: [Int?] = []
    for value in encoded {
      places.append(value == nil ? nil : buffer.count)
      buffer += value ?? []
    }
    // An empty value is no NULL: its address has to be one.
    buffer.append(0)
    let lengths = encoded.map { Int32($0?.count ?? 0) }
    let formats = [Int32](repeating: 1, count: encoded.count)
    return buffer.withUnsafeBytes { bytes in
      let base = bytes.bindMemory(to: CChar.self).baseAddress
      let values = places.map { place in place.flatMap { base?.advanced(by: $0) } }
      return PQsendQueryPrepared(self.connection, name, Int32(values.count), values, lengths, formats, 1) == 1
    }
  }

  private enum PendingStep {
    case preparation(sql: String, name: String)
    case statement
  }

  private func receive(
    _ steps: [PendingStep], commits: Bool, until deadline: Instant
  ) throws(PostgreSQLTrouble) -> [[PostgreSQLRow]] {
    var answers: [[PostgreSQLRow]] = []
    var left = steps[...]
    var refusal: PostgreSQLTrouble?
    /// The connection has ended before the server's last word.
    func end(_ trouble: PostgreSQLTrouble) throws(PostgreSQLTrouble) -> [[PostgreSQLRow]] {
      self.isUsable = false
      let meaning = Self.meaning(of: trouble, after: refusal, isAnswered: left.isEmpty, commits: commits)
      if let meaning { throw meaning }
      return answers
    }
    while true {
      do throws(PostgreSQLTrouble) {
        try self.pump(until: deadline)
      } catch {
        return try end(error)
      }
      guard let result = PQgetResult(self.connection) else {
        if PQstatus(self.connection) != CONNECTION_OK { return try end(.lost(self.message)) }
        continue
      }
      defer { PQclear(result) }
      switch PQresultStatus(result) {
      case PGRES_PIPELINE_SYNC:
        if let refusal { throw refusal }
        return answers
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
        switch left.popFirst() {
        case .preparation(let sql, let name): self.prepared[sql] = name
        case .statement: answers.append(Self.rows(result))
        case nil: throw .unreadable("there are more answers than questions")
        }
      case PGRES_PIPELINE_ABORTED: _ = left.popFirst()
      default:
        if PQstatus(self.connection) != CONNECTION_OK, PQresultErrorField(result, 67) == nil {
          return try end(.lost(self.message))
        }
        // Said after the last statement's answer: an error is that of its commit, else the server ends the connection.
        if left.isEmpty && Self.isFatal(result) { return try end(Self.refusal(result)) }
        refusal = refusal ?? Self.refusal(result)
        _ = left.popFirst()
      }
    }
  }

  /// What it means for a batch that its connection has ended before the server's last word; nil: it is committed.
  ///
  /// A transaction is committed when its `COMMIT` is answered; a statement by itself only before the last word, so that
  /// nobody knows then. What the server has refused before counts for more than that the connection has ended.
  static func meaning(
    of trouble: PostgreSQLTrouble, after refusal: PostgreSQLTrouble?, isAnswered: Bool, commits: Bool
  ) -> PostgreSQLTrouble? {
    if let refusal { return refusal }
    if !isAnswered { return trouble }
    if commits { return nil }
    guard case .refused(_, let message) = trouble else { return trouble }
    return .lost(message)
  }

  private static func isFatal(_ result: OpaquePointer) -> Bool {
    // 'V' is the severity, in English whatever the server's language.
    let severity = PQresultErrorField(result, 86).map { String(cString: $0) }
    return severity == "FATAL" || severity == "PANIC"
  }

  private static func refusal(_ result: OpaquePointer) -> PostgreSQLTrouble {
    // 'C' is the code, 'M' the message; the detail is left out, because it quotes values.
    let code = PQresultErrorField(result, 67).map { String(cString: $0) } ?? "XX000"
    let message = PQresultErrorField(result, 77).map { String(cString: $0) } ?? "no message"
    return .refused(code: code, message: message)
  }

  private static func rows(_ result: OpaquePointer) -> [PostgreSQLRow] {
    let width = PQnfields(result)
    return (0..<PQntuples(result)).map { row in
      PostgreSQLRow(
        columns: (0..<width).map { column in
          guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else { return nil }
          let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column)))
          return Array(bytes)
        })
    }
  }

  // MARK: Waiting

  /// Sends what is to be sent and takes what comes, until libpq has an answer.
  private func pump(until deadline: Instant) throws(PostgreSQLTrouble) {
    while true {
      let flushed = PQflush(self.connection)
      if flushed < 0 { throw .lost(self.message) }
      if PQisBusy(self.connection) == 0 && flushed == 0 { return }
      guard self.wait(reads: true, writes: flushed == 1, deadline) else {
        throw .timedOut("the server is silent")
      }
      if PQconsumeInput(self.connection) == 0 && PQisBusy(self.connection) != 0 { throw .lost(self.message) }
    }
  }

  /// False when nothing has happened before the deadline.
  private func wait(reads: Bool, writes: Bool, _ deadline: Instant) -> Bool {
    let descriptor = PQsocket(self.connection)
    guard descriptor >= 0 else { return true }
    while true {
      var waiting = pollfd(fd: descriptor, events: Int16((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), revents: 0)
      let left = max(0, (deadline - Runtime.live.now() + 999_999) / 1_000_000)
      let found = poll(&waiting, 1, Int32(clamping: left))
      if found > 0 { return true }
      if found == 0 && left == 0 { return false }
      if found < 0 && errno != EINTR { return true }
    }
  }

  // MARK: Listening

  /// Waits for news of a channel that was listened to; their payloads.
  func notifications(until deadline: Instant) throws(PostgreSQLTrouble) -> [String] {
    _ = self.wait(reads: true, writes: false, deadline)
    guard PQconsumeInput(self.connection) == 1, PQstatus(self.connection) == CONNECTION_OK else {
      self.isUsable = false
      throw .lost(self.message)
    }
    var found: [String] = []
    while let news = PQnotifies(self.connection) {
      if let payload = news.pointee.extra { found.append(String(cString: payload)) }
      PQfreemem(news)
    }
    return found
  }
}
