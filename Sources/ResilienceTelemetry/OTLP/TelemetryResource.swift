/// Who sends telemetry: the attributes that every span, metric and log record of a process shares.
public struct TelemetryResource: Sendable, Hashable {
  /// The attributes.
  public var attributes: TelemetryAttributes

  /// Makes a resource.
  ///
  /// - Parameters:
  ///   - service: The service's name, `service.name`.
  ///   - version: The service's version, `service.version`; nil where there is none.
  ///   - instance: What tells this process from others of the service, `service.instance.id`; nil for none.
  ///   - attributes: Further ones; they win over all but the name.
  public init(
    service: String, version: String? = nil, instance: String? = nil,
    attributes: TelemetryAttributes = TelemetryAttributes()
  ) {
    var all = TelemetryAttributes([("service.name", .string(service))])
    all["service.version"] = version.map { .string($0) }
    all["service.instance.id"] = instance.map { .string($0) }
    all["telemetry.sdk.name"] = .string("swift-resilience")
    all["telemetry.sdk.language"] = .string("swift")
    for entry in attributes.entries where entry.key != "service.name" { all[entry.key] = entry.value }
    self.attributes = all
  }
}
