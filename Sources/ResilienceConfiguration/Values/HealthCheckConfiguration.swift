/// How something is looked at in the background.
public struct HealthCheckConfiguration: Sendable, Equatable {
  /// What is looked at.
  public enum Kind: String, Sendable, CaseIterable {
    /// A GET is answered with a good status.
    case http
    /// A port accepts connections.
    case tcp
    /// A name can be resolved.
    case dns
    /// A certificate is valid for long enough.
    case tls
    /// A Redis answers PING.
    case redis
    /// A PostgreSQL greets.
    case postgresql
    /// A gRPC server says SERVING by the health checking protocol.
    case grpc
    /// A SQLite file is sound.
    case sqlite
    /// A file system has room.
    case disk
    /// The machine has memory left.
    case memory
    /// This program's event loops begin in time.
    case eventLoop
  }

  /// Whether it is checked, provided that something says what.
  public var isEnabled = true
  /// What is looked at; nil where `url` or `path` say it.
  public var kind: Kind?
  /// Where it is; nil for the dependency's own URL.
  public var url: CheckAddress?
  /// The path of the GET, or of the file system.
  public var path: String?
  /// Whether the check speaks with what it connects to; false: it only connects.
  public var isDeep = true
  /// Whether a SQLite file must take a write, which is rolled back.
  public var writes = false
  /// From which time on an answer to a GET is degraded; nil for never.
  public var slowFrom: Duration?
  /// Degraded when less than this part is free; nil for the check's own default.
  public var warnBelow: Double?
  /// Unhealthy when less than this part is free; nil for the check's own default.
  public var failBelow: Double?
  /// So many days before its end a certificate is degraded; nil for the check's own default.
  public var warnDays: Double?
  /// So many days before its end a certificate is unhealthy; nil for the check's own default.
  public var failDays: Double?
  /// Degraded from this lag on; nil for the check's own default.
  public var warnFrom: Duration?
  /// Unhealthy from this lag on; nil for the check's own default.
  public var failFrom: Duration?
  /// Whether the service is not ready while this does not work.
  public var gatesReadiness = false
  /// How often it is made.
  public var schedule = CheckScheduleConfiguration()

  /// All defaults: no check.
  public init() {}

  /// What is looked at; nil if nothing says so.
  public var effectiveKind: Kind? { self.kind ?? self.url?.kind ?? (self.path == nil ? nil : .http) }

  /// Whether there is a check.
  public var isConfigured: Bool { self.isEnabled && self.effectiveKind != nil }
}

extension HealthCheckConfiguration: SwitchableSection {
  static let settings: [Setting<HealthCheckConfiguration>] =
    [
      .value("enabled", \.isEnabled, .flag, "Whether it is checked, once `path`, `url` or `kind` say what."),
      .optional("kind", \.kind, .choice(), absent: "what `url` and `path` mean", "What is looked at."),
      .optional("url", \.url, .checkAddress, absent: "the dependency's own", "Where it is, and how it is asked."),
      .optional(
        "path", \.path, .checkPath, absent: "the URL's own", "What is asked for with GET; of `disk` the file system."),
      .value(
        "deep", \.isDeep, .flag, "Whether the check speaks with the server; false: it only connects.",
        documents: [.init("DEEP_HEALTH_CHECKS_ENABLED")]),
      .value("writes", \.writes, .flag, "Whether a SQLite file must take a write, which is rolled back."),
      .optional("slowFrom", \.slowFrom, .wait, absent: "never", "From when on an answer to a GET is degraded."),
      .optional(
        "warnBelow", \.warnBelow, .rate, absent: "0.1", "Free share of disk or memory below which it is degraded."),
      .optional(
        "failBelow", \.failBelow, .rate, absent: "0.02 of a disk, 0.03 of memory",
        "Free share of disk or memory below which it is unhealthy."),
      .optional(
        "warnDays", \.warnDays, .number(0...3_650), absent: "21", "Days before its end: a certificate is degraded."),
      .optional(
        "failDays", \.failDays, .number(0...3_650), absent: "3", "Days before its end: a certificate is unhealthy."),
      .optional("warnFrom", \.warnFrom, .wait, absent: "50ms", "Lag of an event loop from which on it is degraded."),
      .optional("failFrom", \.failFrom, .wait, absent: "1s", "Lag of an event loop from which on it is unhealthy."),
      .value(
        "gatesReadiness", \.gatesReadiness, .flag,
        "Whether the service is not ready while this does not work; for what each instance has of its own."),
    ] + CheckScheduleConfiguration.settings.map { $0.lifted(\.schedule) }
}
