/// Takes spans that have ended, usually a `TelemetryExporter`.
public protocol SpanSink: Sendable {
  /// A sampled span has ended.
  ///
  /// Called where it ended: return at once.
  func take(_ span: FinishedSpan)
}
