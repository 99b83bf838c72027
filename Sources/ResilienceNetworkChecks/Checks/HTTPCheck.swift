public import Resilience
public import ResilienceHealth
internal import ResilienceInterfaces

/// Whether a GET is answered with a good status.
///
/// A new connection each time; only the status line is read, redirects are not followed. 2xx and 3xx are healthy unless
/// other statuses are named, 429 and a slow answer are degraded, everything else is unhealthy.
public struct HTTPCheck: HealthCheck {
  private let target: CheckTarget
  private let host: String
  private let path: String
  private let tls: CheckTLS?
  private let expected: ClosedRange<Int>
  private let slowFrom: Duration?

  /// Makes a check of a URL.
  ///
  /// - Parameters:
  ///   - url: `http://host[:port][/path]` or `https://…`, without user information.
  ///   - expected: The healthy statuses; 200…399 by default.
  ///   - slowFrom: From which time on an answer is degraded; never by default.
  ///   - tls: How TLS is spoken where the URL asks for it; with the system's roots by default.
  /// - Throws: `CheckFailure` for a URL that cannot be used.
  public init(
    _ url: String, expected: ClosedRange<Int> = 200...399, slowFrom: Duration? = nil, tls: CheckTLS = CheckTLS()
  ) throws {
    let parts = try HTTPAddress(url)
    self.target = parts.target
    self.host = parts.authority
    self.path = parts.path
    self.tls = parts.isSecure ? tls : nil
    self.expected = expected
    self.slowFrom = slowFrom
  }

  /// Asks once.
  ///
  /// - Throws: `CheckFailure` if there is no answer, or none in HTTP.
  public func check(in context: Context) async throws -> CheckResult {
    let began = context.runtime.now()
    let status = try await self.status(in: context)
    let took = Duration.nanoseconds(context.runtime.now() - began)
    let observed = CheckResult.Observation(took / .milliseconds(1), "ms")
    if status == 429 { return CheckResult(.degraded, "GET \(self.path) is answered with 429", observed: observed) }
    guard self.expected.contains(status) else {
      return CheckResult(.unhealthy, "GET \(self.path) is answered with \(status)", observed: observed)
    }
    if let slowFrom, took >= slowFrom {
      return CheckResult(.degraded, "GET \(self.path) took \(took)", observed: observed)
    }
    return CheckResult(.healthy, observed: observed)
  }

  private func status(in context: Context) async throws -> Int {
    let handler = try self.tls?.handler(host: self.target.host)
    return try await CheckConnection.open(self.target, tls: handler, in: context) { connection in
      let request = "GET \(self.path) HTTP/1.1\r\nhost: \(self.host)\r\nconnection: close\r\n"
      try await connection.send("\(request)user-agent: swift-resilience\r\naccept: */*\r\n\r\n".utf8)
      while true {
        let words = try await connection.takeLine().split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
          throw CheckFailure("\(self.target) does not answer in HTTP/1.1: is it the right port?")
        }
        if status >= 200 { return status }
        while try await !connection.takeLine().isEmpty {}
      }
    }
  }
}
