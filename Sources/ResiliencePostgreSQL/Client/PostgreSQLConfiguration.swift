internal import CLibPQ
public import Resilience

/// Where a PostgreSQL is, and how it is spoken to.
///
/// The URL is libpq's: `postgresql://user:password@host:5432/database?sslmode=verify-full`; what it leaves out comes
/// from the environment (`PGHOST`, `PGPASSWORD`, …) and from `~/.pgpass`, as with PostgreSQL's own programs. For
/// anything but a server on the same machine set `sslmode=verify-full`: libpq's own default (`prefer`) does not look who
/// answers. The password appears in no description and no error. A pool of connections in between (PgBouncer) has to be
/// in session mode.
public struct PostgreSQLConfiguration: Sendable, Equatable {
  /// The URL as it was given; may carry a password.
  let url: String
  /// The server as errors name it: `postgresql://host:port/database`.
  public let location: String
  /// In which schema the tables are; default `resilience`, at most 63 bytes of UTF-8.
  ///
  /// It is made if it is missing and the user may make it. Two services on one database need two.
  public var schema = "resilience"
  /// How many connections reads, claims and values are spread over: 1…64, default 4.
  ///
  /// Beside them there is one for the queue's writes, which are committed in groups, and one to listen when somebody
  /// does.
  public var connections = 4
  /// How long a call may take, connecting and repeating included: 100 ms…1 h, default 5 s.
  ///
  /// Who waits for a lock on the server is refused (`locked`) after three quarters of it.
  public var timeout = Duration.seconds(5)
  /// How many calls may wait for a connection; more are refused at once: 1…1,000,000, default 10,000.
  public var maxWaiting = 10_000

  /// Describes a server.
  ///
  /// - Throws: `InvalidConfiguration` if libpq does not understand the URL.
  public init(url: String) throws(InvalidConfiguration) {
    guard let options = Self.options(of: url) else {
      throw InvalidConfiguration(
        "PostgreSQL",
        [
          .init(
            "url", found: "a URL that libpq does not understand",
            allowed: "postgresql://[user[:password]@][host][:port][/database][?sslmode=…]")
        ])
    }
    self.url = url
    let host = options["host"] ?? options["hostaddr"] ?? "localhost"
    let name = host.contains(":") ? "[\(host)]" : host
    self.location = "postgresql://\(name):\(options["port"] ?? "5432")/\(options["dbname"] ?? "")"
  }

  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
      if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
    }
    let size = self.schema.utf8.count
    require((1...63).contains(size), "schema", "\(size) bytes", "1…63 bytes")
    require(self.schema.utf8.allSatisfy { $0 >= 0x20 }, "schema", "control characters", "none")
    require(!self.schema.hasPrefix("pg_"), "schema", self.schema, "a name that does not begin with pg_")
    require((1...64).contains(self.connections), "connections", self.connections, "1…64")
    require(
      (Duration.milliseconds(100)...Duration.seconds(3_600)).contains(self.timeout), "timeout", self.timeout,
      "100 ms…1 h")
    require((1...1_000_000).contains(self.maxWaiting), "maxWaiting", self.maxWaiting, "1…1,000,000")
    return problems
  }

  private static func options(of url: String) -> [String: String]? {
    guard url.hasPrefix("postgresql://") || url.hasPrefix("postgres://"), !url.utf8.contains(0) else { return nil }
    // libpq's message about what is wrong may quote the password.
    guard let parsed = PQconninfoParse(url, nil) else { return nil }
    defer { PQconninfoFree(parsed) }
    var options: [String: String] = [:]
    var option = parsed
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
      option += 1
    }
    return options
  }
}

extension PostgreSQLConfiguration: CustomStringConvertible, CustomReflectable {
  /// The URL without credentials.
  public var description: String { self.location }

  /// Shows what `description` shows.
  public var customMirror: Mirror { Mirror(self, children: ["url": self.location]) }
}
