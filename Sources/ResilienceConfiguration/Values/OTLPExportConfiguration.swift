/// How telemetry is sent to an OpenTelemetry collector: OTLP over HTTP, as JSON.
public struct OTLPExportConfiguration: Sendable, Equatable {
  /// The collector's address, such as `http://127.0.0.1:4318`; nil: nothing is sent, and nothing traced.
  public var endpoint: UpstreamURL?
  /// Fields of every request, `name=value,name=value`, usually a credential; nil for none.
  public var headers: Secret?
  /// TLS towards the collector, beyond the system's own roots; nil for those alone.
  public var tls: ClientTLSConfiguration?
  /// The longest that anything waits before it is sent, and how often metrics are.
  public var interval = Duration.seconds(5)
  /// How many spans, and how many log records, wait at most.
  public var maxQueue = 8_192
  /// How long one request may take.
  public var timeout = Duration.seconds(10)
  /// Whether spans are sent.
  public var traces = true
  /// Whether metrics are sent.
  public var metrics = true
  /// Whether log records are sent.
  public var logs = true

  /// All defaults.
  public init() {}
}

extension OTLPExportConfiguration: ConfigurationSection {
  static let settings: [Setting<OTLPExportConfiguration>] = [
    .optional(
      "endpoint", \.endpoint, .collector, absent: "nothing is sent, and nothing traced",
      "The collector's address; requests go to `/v1/traces`, `/v1/metrics` and `/v1/logs` below it.",
      documents: [DocumentVariable("OTEL_EXPORTER_OTLP_ENDPOINT")]),
    .optional(
      "headers", \.headers, .headerList, absent: "none", "Fields of every request, usually a credential.",
      documents: [DocumentVariable("OTEL_EXPORTER_OTLP_HEADERS")]),
    .optionalSection("tls", \.tls, "TLS towards the collector, beyond the system's own roots."),
    .value(
      "interval", \.interval, .duration(.milliseconds(100)...(.seconds(3_600))),
      "The longest that anything waits before it is sent, and how often metrics are."),
    .value(
      "maxQueue", \.maxQueue, .integer(1...1_000_000),
      "How many spans, and how many log records, wait at most; more are dropped and counted."),
    .value(
      "timeout", \.timeout, .duration(.milliseconds(1)...(.seconds(600))), "How long one request may take.",
      documents: [DocumentVariable("OTEL_EXPORTER_OTLP_TIMEOUT", .milliseconds)]),
    .value("traces", \.traces, .flag, "Whether spans are sent."),
    .value("metrics", \.metrics, .flag, "Whether metrics are sent."),
    .value("logs", \.logs, .flag, "Whether log records are sent."),
  ]
}
