/// A fallback that answers with a fixed response.
public struct TemplateConfiguration: Sendable, Equatable {
  /// The status, 200…599.
  public var status = 200
  /// The body's media type.
  public var contentType = "application/json"
  /// The body.
  public var body = ""

  /// All defaults and this body.
  public init(body: String) {
    self.body = body
  }
}

extension TemplateConfiguration: ConfigurationSection {
  init() {}

  static let settings: [Setting<TemplateConfiguration>] = [
    .value("status", \.status, .integer(200...599), "The response's status."),
    .value("contentType", \.contentType, .mediaType, "The body's media type."),
    .value(
      "body", \.body, .body, "The response's body; JSON is checked where the media type says JSON.", required: true),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard let body = node["body"], !reader.hasFailed(body) else { return }
    if [204, 205, 304].contains(status), !self.body.isEmpty {
      reader.report(
        .contradiction, at: body, "a response with status \(status) has no body", found: "a body",
        allowed: "an empty body, or another status", remedy: "write body: \"\", or status: 200")
    }
    let type = contentType.prefix { $0 != ";" }
    if type == "application/json" || type.hasSuffix("+json"), !self.body.isEmpty, !JSONText.isValid(self.body) {
      reader.report(
        .contradiction, at: body, "the body is no JSON, but its media type says so", found: reader.shown(body),
        allowed: "JSON", remedy: "correct the body, or name its media type in contentType")
    }
  }
}
