internal import Logging

/// A log record on its way to a collector, redacted already.
struct LogRecord: Sendable {
  /// In nanoseconds since 1970.
  let time: UInt64
  let level: Logger.Level
  let logger: String
  let message: String
  /// The flattened metadata.
  let attributes: TelemetryAttributes
  /// The request's place in its trace.
  let trace: TraceContext?
}
