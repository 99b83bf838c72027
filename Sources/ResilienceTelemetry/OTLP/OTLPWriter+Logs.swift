internal import Logging

extension OTLPWriter {
  /// The request that carries log records, grouped by logger.
  static func logs(_ records: [LogRecord], _ resource: TelemetryResource) -> [UInt8] {
    var loggers: [String] = []
    var groups: [String: [LogRecord]] = [:]
    for record in records {
      if groups[record.logger] == nil { loggers.append(record.logger) }
      groups[record.logger, default: []].append(record)
    }
    return self.request("resourceLogs", "scopeLogs", resource) { writer in
      for logger in loggers {
        writer.object {
          $0.object("scope") { $0.string("name", logger) }
          $0.array("logRecords") { writer in for record in groups[logger] ?? [] { writer.record(record) } }
        }
      }
    }
  }

  private mutating func record(_ record: LogRecord) {
    self.object { writer in
      writer.large("timeUnixNano", record.time)
      writer.large("observedTimeUnixNano", record.time)
      writer.small("severityNumber", Self.severity(record.level))
      writer.string("severityText", record.level.rawValue.uppercased())
      writer.object("body") { $0.string("stringValue", RecordedSpan.cut(record.message)) }
      writer.attributes(record.attributes)
      guard let trace = record.trace else { return }
      writer.small("flags", trace.isSampled ? 1 : 0)
      writer.ids(trace)
    }
  }

  /// The first of each range of OpenTelemetry's severities; `notice` is the second of INFO.
  private static func severity(_ level: Logger.Level) -> Int {
    switch level {
    case .trace: 1
    case .debug: 5
    case .info: 9
    case .notice: 10
    case .warning: 13
    case .error: 17
    case .critical: 21
    }
  }
}
