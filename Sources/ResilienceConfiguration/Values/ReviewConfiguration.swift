/// A fallback that records the request for a person to decide on.
public struct ReviewConfiguration: Sendable, Equatable {
  /// What approving means.
  public enum Approval: String, Sendable, CaseIterable {
    /// The request, as edited, is sent to the dependency.
    case send
    /// It is only marked.
    case keep
  }

  /// Methods whose requests are recorded.
  public var methods = ["POST"]
  /// The response's status.
  public var status = 202
  /// The response's body; JSON.
  public var body = #"{"status": "recorded for review"}"#
  /// The longest request body that is recorded, in bytes.
  public var maxBodyBytes = 64 << 10
  /// Records that may wait for a decision, of all dependencies together.
  public var maxPending = 10_000
  /// What approving means.
  public var approval = Approval.send

  /// All defaults.
  public init() {}
}

extension ReviewConfiguration: ConfigurationSection {
  static let settings: [Setting<ReviewConfiguration>] = [
    .value("methods", \.methods, .list(of: .method, "list of HTTP methods"), "Methods whose requests are recorded."),
    .value("status", \.status, .integer(200...299), "The response's status."),
    .value("body", \.body, .body, "The response's body, JSON."),
    .value(
      "maxBodyBytes", \.maxBodyBytes, .size(0...(1 << 20)),
      "The longest request body that is recorded; longer ones have no review. Of the fields, Content-Type is kept."),
    .value(
      "maxPending", \.maxPending, .integer(1...1_000_000),
      "Records that may wait for a decision, of all dependencies together."),
    .value("approval", \.approval, .choice(), "What approving means: the request is sent, or only marked."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    guard let body = node["body"], !reader.hasFailed(body), !JSONText.isValid(self.body) else { return }
    reader.report(
      .contradiction, at: body, "the body is no JSON", found: reader.shown(body), allowed: "JSON",
      remedy: "correct the body")
  }
}
