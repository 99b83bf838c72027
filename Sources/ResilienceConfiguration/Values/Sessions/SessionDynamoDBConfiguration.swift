/// How a DynamoDB, or what speaks like one, is reached.
public struct SessionDynamoDBConfiguration: Sendable, Equatable {
  /// The region; nil: `AWS_REGION`, `AWS_DEFAULT_REGION`, else `us-east-1`.
  public var region: String?
  /// Where it is; nil: AWS' own address of the region.
  public var endpoint: UpstreamURL?
  /// Whether a missing table is created.
  public var createTable = false
  /// Over how many partition keys entries are spread.
  public var shards = 4
  /// The key's id; nil: `AWS_ACCESS_KEY_ID`.
  public var accessKeyID: String?
  /// The key's secret; nil: `AWS_SECRET_ACCESS_KEY`.
  public var secretAccessKey: Secret?
  /// What temporary credentials carry besides; nil: `AWS_SESSION_TOKEN`.
  public var sessionToken: Secret?

  /// All defaults.
  public init() {}
}

extension SessionDynamoDBConfiguration: ConfigurationSection {
  static let settings: [Setting<SessionDynamoDBConfiguration>] = [
    .optional(
      "region", \.region, .text(64), absent: "AWS_REGION, AWS_DEFAULT_REGION or us-east-1",
      "The region: part of the address and of every signature."),
    .optional(
      "endpoint", \.endpoint, .collector, absent: "AWS' own of the region", "Where it is, without a path."),
    .value("createTable", \.createTable, .flag, "Whether a missing table is created, paid by request and with TTL."),
    .value(
      "shards", \.shards, .integer(1...256),
      "Over how many partition keys entries are spread; fixed once the table was used."),
    .optional(
      "accessKeyId", \.accessKeyID, .text(128), absent: "AWS_ACCESS_KEY_ID", "The id of the key that signs requests."),
    .optional(
      "secretAccessKey", \.secretAccessKey, .credential, absent: "AWS_SECRET_ACCESS_KEY",
      "The key's secret; give it through a variable."),
    .optional(
      "sessionToken", \.sessionToken, .credential, absent: "AWS_SESSION_TOKEN",
      "What temporary credentials carry besides."),
  ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    if let endpoint, endpoint.path != "", endpoint.path != "/" {
      reader.report(
        .invalidValue, at: node["endpoint"] ?? node, "the endpoint has a path", found: "\(endpoint)",
        allowed: "http(s)://HOST[:PORT]", remedy: "leave the path out")
    }
    guard (self.accessKeyID == nil) != (self.secretAccessKey == nil) else { return }
    reader.report(
      .contradiction, at: node["accessKeyId"] ?? node["secretAccessKey"] ?? node, "half of the credentials are given",
      found: self.accessKeyID == nil ? "secretAccessKey" : "accessKeyId", allowed: "both, or none",
      remedy: "give both here, or both by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
  }
}
