public import Resilience
public import ResilienceHealth

/// Whether a Redis answers PING (RESP protocol), after AUTH if a password is given.
public struct RedisCheck: HealthCheck {
  private let target: CheckTarget
  private let user: String?
  private let password: String?

  /// Makes a check of a Redis; without a password one that asks for it is unhealthy.
  public init(host: String, port: Int = 6379, user: String? = nil, password: String? = nil) {
    self.target = CheckTarget(host: host, port: port)
    self.user = user
    self.password = password
  }

  /// Pings once.
  ///
  /// - Throws: `CheckFailure` if there is no answer, or none of a Redis.
  public func check(in context: Context) async throws -> CheckResult {
    try await CheckConnection.open(self.target, in: context) { connection in
      if let password = self.password {
        try await connection.send(Self.command(["AUTH"] + [self.user].compactMap { $0 } + [password]))
        let answer = try await connection.takeLine()
        guard answer == "+OK" else { return self.refused(answer, to: "AUTH") }
      }
      try await connection.send(Self.command(["PING"]))
      let answer = try await connection.takeLine()
      return answer == "+PONG" ? .healthy : self.refused(answer, to: "PING")
    }
  }

  private func refused(_ answer: String, to command: String) -> CheckResult {
    guard answer.hasPrefix("-") else {
      return .unhealthy("\(self.target) does not answer \(command) as a Redis does: is it the right port?")
    }
    return .unhealthy("\(command) is answered with \(answer.dropFirst().prefix(100))")
  }

  private static func command(_ words: [String]) -> [UInt8] {
    var bytes = Array("*\(words.count)\r\n".utf8)
    for word in words { bytes += Array("$\(word.utf8.count)\r\n\(word)\r\n".utf8) }
    return bytes
  }
}
