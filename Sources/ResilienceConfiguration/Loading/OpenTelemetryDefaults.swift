/// OpenTelemetry's own variables (`OTEL_…`), laid below the file: they hold where the file says nothing.
enum OpenTelemetryDefaults {
  /// The file with what the variables say where it has nothing of its own.
  static func laid(below file: SourceNode, environment: [String: String]) -> SourceNode {
    guard environment.keys.contains(where: { $0.hasPrefix("OTEL_") }) else { return file }
    return SectionVariables.laid(
      below: file, section: "telemetry", definitions: TelemetryConfiguration.settings.flatMap { $0.definitions() },
      environment: environment)
  }
}
