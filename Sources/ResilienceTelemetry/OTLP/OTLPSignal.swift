/// A kind of telemetry that OpenTelemetry's protocol carries.
public enum OTLPSignal: String, Sendable, Hashable, CaseIterable {
  /// Spans.
  case traces
  /// Metrics.
  case metrics
  /// Log records.
  case logs

  /// Where it goes, below the endpoint.
  public var path: String { "/v1/\(self.rawValue)" }
}
