public import Resilience
public import ResilienceHealth

/// Whether a PostgreSQL greets: begins a session, and stops when it is asked for a password.
///
/// No password is needed and none is sent. A server that refuses the user or does not know the database works all the
/// same; one that starts, stops or has no place left says so in its error code (appendix A of its manual).
public struct PostgreSQLCheck: HealthCheck {
  private let target: CheckTarget
  private let user: String
  private let database: String

  /// Makes a check of a PostgreSQL.
  ///
  /// - Parameters:
  ///   - host: Its name or address.
  ///   - port: 5432 by default.
  ///   - user: Whom to greet as; need not exist.
  ///   - database: Which one to ask for; need not exist.
  public init(host: String, port: Int = 5432, user: String = "postgres", database: String = "postgres") {
    self.target = CheckTarget(host: host, port: port)
    self.user = user
    self.database = database
  }

  /// Greets once.
  ///
  /// - Throws: `CheckFailure` if there is no answer, or none of a PostgreSQL.
  public func check(in context: Context) async throws -> CheckResult {
    try await CheckConnection.open(self.target, in: context) { connection in
      try await connection.send(self.startup)
      let head = try await connection.take(5)
      let length = head[1...].reduce(0) { $0 << 8 | Int($1) }
      guard head[0] == UInt8(ascii: "R") || head[0] == UInt8(ascii: "E"), (4...30_000).contains(length) else {
        throw CheckFailure("\(self.target) does not greet as a PostgreSQL does: is it the right port?")
      }
      if head[0] == UInt8(ascii: "R") {
        // Terminate, so that the server's log has nothing to complain about.
        try await connection.send([UInt8(ascii: "X"), 0, 0, 0, 4])
        return .healthy
      }
      return Self.result(of: try await connection.take(length - 4))
    }
  }

  /// Length, version 3.0, pairs of names and values, and an empty one at the end.
  private var startup: [UInt8] {
    var body: [UInt8] = [0, 3, 0, 0]
    for text in ["user", self.user, "database", self.database, "application_name", "health check"] {
      body += Array(text.utf8.filter { $0 != 0 }) + [0]
    }
    body.append(0)
    let length = UInt32(body.count + 4)
    return [UInt8(length >> 24), UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255)] + body
  }

  /// An error is a list of fields, each a letter and a text.
  private static func result(of fields: [UInt8]) -> CheckResult {
    var code = ""
    var message = ""
    for field in fields.split(separator: 0) {
      let text = String(decoding: field.dropFirst(), as: UTF8.self)
      switch field.first {
      case UInt8(ascii: "C"): code = text
      case UInt8(ascii: "M"): message = text
      default: continue
      }
    }
    // 28: refused user, 3D: unknown database. It works, only not for this user.
    if code.hasPrefix("28") || code.hasPrefix("3D") { return .healthy }
    return .unhealthy("the server answers \(code): \(message.prefix(200))")
  }
}
