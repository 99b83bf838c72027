public import Resilience

/// Where a DynamoDB, or what speaks like one, is found and how patiently it is asked.
public struct DynamoDBConfiguration: Sendable {
  /// The region: part of the address and of every signature; default `us-east-1`.
  public var region: String
  /// Where it is, as `http(s)://host[:port]`; nil: AWS' own address of the region.
  public var endpoint: String?
  /// With what requests are signed.
  public var credentials: DynamoDBCredentials
  /// The table's name: 3…255 letters, digits, `-`, `_` and `.`.
  public var table: String
  /// How long one attempt may take: 1 ms…5 min, default 5 s.
  public var timeout: Duration
  /// How failures are repeated that promise something from it (throttling, 5xx, a broken connection); default 4
  /// attempts, 50 ms growing to 1 s.
  public var retry: Retry.Configuration
  /// Over how many partition keys entries are spread: 1…256, default 4.
  ///
  /// Part of the table's layout: it is written into the table when it is first used and cannot be changed afterwards.
  /// A key's load goes to one partition; a list asks all.
  public var shards: Int
  /// For how long the last version of a removed or expired entry is remembered: 10 min…1 year, default 24 h.
  ///
  /// After that a new entry's version follows from the clock, and is still higher unless clocks differ by more.
  public var tombstoneLifetime: Duration

  /// Makes settings; what is left out has its default.
  public init(
    table: String, credentials: DynamoDBCredentials, region: String = "us-east-1", endpoint: String? = nil,
    timeout: Duration = .seconds(5),
    retry: Retry.Configuration = Retry.Configuration(
      maxAttempts: 4, backoff: .exponential(initial: .milliseconds(50), max: .seconds(1))),
    shards: Int = 4, tombstoneLifetime: Duration = .seconds(86_400)
  ) {
    self.table = table
    self.credentials = credentials
    self.region = region
    self.endpoint = endpoint
    self.timeout = timeout
    self.retry = retry
    self.shards = shards
    self.tombstoneLifetime = tombstoneLifetime
  }

  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    func check(_ holds: Bool, _ key: String, _ found: String, _ allowed: String) {
      if !holds { problems.append(.init(key, found: found, allowed: allowed)) }
    }
    check(
      (3...255).contains(self.table.utf8.count) && self.table.utf8.allSatisfy(Self.isPlain), "table",
      "'\(self.table.prefix(64))'", "3 to 255 letters, digits, '-', '_' and '.'")
    check(
      (1...64).contains(self.region.utf8.count)
        && self.region.utf8.allSatisfy { Self.isPlain($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "_") },
      "region", "'\(self.region.prefix(64))'", "a region such as eu-west-1")
    check(self.address != nil, "endpoint", "not such an address", "http(s)://host[:port] without user and path")
    check(
      (.milliseconds(1)...(.seconds(300))).contains(self.timeout), "timeout", "\(self.timeout)", "1 ms to 5 min")
    check((1...256).contains(self.shards), "shards", "\(self.shards)", "1 to 256")
    check(
      (.seconds(600)...(.seconds(31_536_000))).contains(self.tombstoneLifetime), "tombstoneLifetime",
      "\(self.tombstoneLifetime)", "10 min to 1 year")
    return problems + self.retry.problems
  }

  /// The address in its parts; nil: it cannot be used.
  var address: (url: String, host: String)? {
    guard let endpoint else {
      let host = "dynamodb.\(self.region).amazonaws.com"
      return ("https://\(host)/", host)
    }
    let scheme = ["http://", "https://"].first { endpoint.hasPrefix($0) }
    guard let scheme else { return nil }
    var host = endpoint.dropFirst(scheme.count)
    if host.last == "/" { host = host.dropLast() }
    guard !host.isEmpty,
      host.utf8.allSatisfy({
        Self.isPlain($0) || [UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]")].contains($0)
      })
    else { return nil }
    // The scheme's own port is not part of the field `Host`.
    let own = scheme == "http://" ? ":80" : ":443"
    return ("\(scheme)\(host)/", host.hasSuffix(own) ? String(host.dropLast(own.count)) : String(host))
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
