public import Logging

/// Hands log records to a `TelemetryExporter`, which sends them with the ids of the request that they belong to.
///
/// Usually beside a handler that writes:
/// ```swift
/// LoggingSystem.bootstrap { label in
///   MultiplexLogHandler([JSONLogHandler(label: label), ExportingLogHandler(label: label, exporter: exporter)])
/// }
/// ```
public struct ExportingLogHandler: LogHandler {
  /// The least severe level that is sent; `info` unless set.
  public var logLevel = Logger.Level.info
  /// Metadata of every record of this logger.
  public var metadata: Logger.Metadata = [:]
  /// Metadata that is fetched for every record; the request's unless set.
  public var metadataProvider: Logger.MetadataProvider?

  private let label: String
  private let exporter: TelemetryExporter

  /// Makes a handler.
  public init(label: String, exporter: TelemetryExporter, metadataProvider: Logger.MetadataProvider? = .request) {
    self.label = label
    self.exporter = exporter
    self.metadataProvider = metadataProvider
  }

  /// One key of the logger's own metadata.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { self.metadata[key] }
    set { self.metadata[key] = newValue }
  }

  /// Hands one record on.
  public func log(event: LogEvent) {
    guard self.exporter.takesLogs else { return }
    var attributes = TelemetryAttributes()
    for (key, value) in LogMetadata.flattened(self.metadata, self.metadataProvider?.get(), event.metadata)
    where key != "trace_id" && key != "span_id" {
      attributes[key] = .string(value)
    }
    if let error = event.error { attributes["exception.type"] = .string(ErrorName.of(error)) }
    attributes["code.namespace"] = .string(event.source)
    self.exporter.take(
      LogRecord(
        time: self.exporter.wallTime(), level: event.level, logger: self.label,
        message: LogMetadata.shown(event.message.description), attributes: attributes,
        trace: Logger.MetadataProvider.currentTrace))
  }
}
