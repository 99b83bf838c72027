/// What is told to an OpenTelemetry collector of every call; Prometheus' `/metrics` is there without it.
public struct TelemetryConfiguration: Sendable, Equatable {
  /// The service's name in telemetry; nil takes the service's own.
  public var serviceName: String?
  /// Further attributes of this process, `key=value,key=value`.
  public var resource: String?
  /// The share of traces that begin here and are recorded; a caller's own decision is followed.
  public var sampling = 1.0
  /// The collector, and how it is told.
  public var otlp = OTLPExportConfiguration()

  /// All defaults.
  public init() {}
}

extension TelemetryConfiguration: ConfigurationSection {
  static let settings: [Setting<TelemetryConfiguration>] = [
    .optional(
      "serviceName", \.serviceName, .text(), absent: "the service's name", "The service's name in telemetry.",
      documents: [DocumentVariable("OTEL_SERVICE_NAME")]),
    .optional(
      "resource", \.resource, .keyValueList, absent: "none",
      "Further attributes of this process, such as `deployment.environment.name=prod`.",
      documents: [DocumentVariable("OTEL_RESOURCE_ATTRIBUTES")]),
    .value(
      "sampling", \.sampling, .number(0...1),
      "The share of traces that begin here and are recorded; a caller that sends `traceparent` has decided already."),
    .section("otlp", \.otlp, "The collector, and how it is told."),
  ]
}
