/// Where the operations server listens and who may use it.
public struct OperationsConfiguration: Sendable {
  /// The address to listen on, such as `127.0.0.1`.
  public var host: String
  /// The port to listen on; 0 = any free one, told by `onListening`.
  public var port: Int
  /// Who may use it; empty = everybody, which is allowed on a loopback address only.
  public var operators: [OperationsOperator]
  /// The program's version, shown by `/version`.
  public var version: String
  /// Whether browsers reach it by HTTPS (through a proxy), so that cookies are sent by HTTPS only; default false.
  public var isBehindTLS: Bool
  /// The prefix of error codes, such as `ORC`; default `RES`.
  public var codePrefix: String
  /// How many event streams may be open at once; default 64.
  public var maximumEventStreams: Int

  /// Describes an operations server; the default listens on `127.0.0.1:8081` without credentials.
  public init(
    host: String = "127.0.0.1", port: Int = 8081, operators: [OperationsOperator] = [], version: String = "0.0.0",
    isBehindTLS: Bool = false, codePrefix: String = "RES", maximumEventStreams: Int = 64
  ) {
    self.host = host
    self.port = port
    self.operators = operators
    self.version = version
    self.isBehindTLS = isBehindTLS
    self.codePrefix = codePrefix
    self.maximumEventStreams = maximumEventStreams
  }

  /// Refuses what would be unsafe or cannot work, and says what to do instead.
  func validate() throws(InvalidOperationsConfiguration) {
    guard (0...65_535).contains(self.port) else {
      throw InvalidOperationsConfiguration("operations port \(self.port) is not allowed; use 0 to 65535.")
    }
    guard !self.operators.isEmpty || LoopbackName.matches(self.host) else {
      throw InvalidOperationsConfiguration(
        "operations server: listening on '\(self.host)' without a token would let anybody in who can reach it. "
          + "Set operations.token (or operators), or listen on 127.0.0.1.")
    }
    var names: Set<String> = []
    var tokens: Set<String> = []
    for each in self.operators {
      guard !each.name.isEmpty, names.insert(each.name).inserted else {
        throw InvalidOperationsConfiguration("operators: the name '\(each.name)' is empty or used twice.")
      }
      guard !each.token.isEmpty else {
        throw InvalidOperationsConfiguration("operators: the token of '\(each.name)' is empty; give it one.")
      }
      guard tokens.insert(each.token).inserted else {
        let other = self.operators.first { $0.token == each.token }?.name ?? ""
        let hint =
          each.name == "token"
          ? " 'token' is that of operations.token, which RESILIENCE_OPERATIONS_TOKEN sets as well: unset it here."
          : ""
        throw InvalidOperationsConfiguration(
          "operators: '\(other)' and '\(each.name)' have the same token, so the audit could not tell them apart; give "
            + "each its own.\(hint)")
      }
    }
  }
}
