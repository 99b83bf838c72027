extension ServiceError: Codable {
  private struct Key: CodingKey, Hashable {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { self.stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private static let known: Set<String> = [
    "kind", "code", "message", "severity", "retryable", "userMessage", "context", "correlationId", "service",
    "operation", "dependency", "retryAfterMilliseconds", "time", "causes",
  ]

  /// Reads an error; a kind or severity that a newer version has invented is read as `internal` or the kind's own, and
  /// kept to be written again.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func text(_ name: String) throws -> String? { try values.decodeIfPresent(String.self, forKey: Key(name)) }
    let kindText = try values.decode(String.self, forKey: Key("kind"))
    let severityText = try text("severity")
    let kind = Kind(rawValue: kindText)
    let severity = severityText.flatMap(Severity.init(rawValue:))
    self.init(
      kind ?? .internal, try values.decode(String.self, forKey: Key("message")), severity: severity,
      isRetryable: try values.decodeIfPresent(Bool.self, forKey: Key("retryable")),
      userMessage: try text("userMessage"),
      context: try values.decodeIfPresent([String: String].self, forKey: Key("context")) ?? [:],
      correlationID: try text("correlationId"), service: try text("service"), operation: try text("operation"),
      dependency: try text("dependency"),
      retryAfterMilliseconds: try values.decodeIfPresent(Int64.self, forKey: Key("retryAfterMilliseconds")),
      time: try values.decodeIfPresent(Int64.self, forKey: Key("time")),
      causes: try values.decodeIfPresent([ServiceError].self, forKey: Key("causes")) ?? [])
    for key in values.allKeys where !Self.known.contains(key.stringValue) {
      self.unknown[key.stringValue] = try values.decode(JSONFragment.self, forKey: key)
    }
    if kind == nil { self.unknown["kind"] = .string(kindText) }
    if severity == nil, let severityText { self.unknown["severity"] = .string(severityText) }
  }

  /// Writes an error, with everything that was read and not understood.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    if self.unknown["kind"] == nil { try values.encode(self.kind, forKey: Key("kind")) }
    try values.encode(self.code.number, forKey: Key("code"))
    try values.encode(self.message, forKey: Key("message"))
    if self.unknown["severity"] == nil { try values.encode(self.severity, forKey: Key("severity")) }
    try values.encode(self.isRetryable, forKey: Key("retryable"))
    try values.encode(self.userMessage, forKey: Key("userMessage"))
    if !self.context.isEmpty { try values.encode(self.context, forKey: Key("context")) }
    try values.encodeIfPresent(self.correlationID, forKey: Key("correlationId"))
    try values.encodeIfPresent(self.service, forKey: Key("service"))
    try values.encodeIfPresent(self.operation, forKey: Key("operation"))
    try values.encodeIfPresent(self.dependency, forKey: Key("dependency"))
    try values.encodeIfPresent(self.retryAfterMilliseconds, forKey: Key("retryAfterMilliseconds"))
    try values.encodeIfPresent(self.time, forKey: Key("time"))
    if !self.causes.isEmpty { try values.encode(self.causes, forKey: Key("causes")) }
    for (name, value) in self.unknown { try values.encode(value, forKey: Key(name)) }
  }
}
