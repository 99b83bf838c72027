public import Logging
internal import Resilience
internal import ResilienceInterfaces

/// Writes each log record of swift-log as one line of JSON.
///
/// Members: `timestamp` (UTC, milliseconds), `level`, `logger`, `source`, `message`, `error` where the record has one,
/// then the metadata, nested keys joined by dots, sorted. A metadata key that is one of those members is written with
/// `metadata.` in front. Values whose key looks like a secret's (authorization, cookie, token, password, secret,
/// api-key, …), and values that look like HTTP credentials, are replaced by `[redacted]`.
///
/// ```
/// LoggingSystem.bootstrap { JSONLogHandler(label: $0) }
/// ```
public struct JSONLogHandler: LogHandler {
  /// The least severe level that is written; `info` unless set.
  public var logLevel = Logger.Level.info
  /// Metadata of every record of this logger.
  public var metadata: Logger.Metadata = [:]
  /// Metadata that is fetched for every record, such as the correlation id of the task.
  public var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let now: @Sendable () -> Int64
  private let write: @Sendable (String) -> Void

  private static let reserved: Set<String> = ["timestamp", "level", "logger", "source", "message", "error"]

  /// Makes a handler that writes to standard error with the time of the system's clock.
  public init(label: String, metadataProvider: Logger.MetadataProvider? = nil) {
    self.init(
      label: label, metadataProvider: metadataProvider, now: { Runtime.live.unixMilliseconds() },
      write: { StandardError.writeLine($0) })
  }

  /// Makes a handler with its own clock (milliseconds since 1970) and its own sink, which gets lines without a line
  /// feed, possibly from several threads at once.
  public init(
    label: String, metadataProvider: Logger.MetadataProvider? = nil, now: @escaping @Sendable () -> Int64,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.label = label
    self.metadataProvider = metadataProvider
    self.now = now
    self.write = write
  }

  /// One key of the logger's own metadata.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { self.metadata[key] }
    set { self.metadata[key] = newValue }
  }

  /// Writes one record.
  public func log(event: LogEvent) {
    var writer = JSONObjectWriter()
    writer.add("timestamp", Timestamp.text(unixMilliseconds: self.now()))
    writer.add("level", event.level.rawValue)
    writer.add("logger", self.label)
    writer.add("source", event.source)
    writer.add("message", event.message.description)
    writer.add("error", event.error.map { String(describing: $0) })
    for (key, value) in LogMetadata.flattened(self.metadata, self.metadataProvider?.get(), event.metadata) {
      let isReserved = Self.reserved.contains(key)
      writer.add(isReserved ? "metadata." + key : key, value)
    }
    self.write(writer.text)
  }
}
