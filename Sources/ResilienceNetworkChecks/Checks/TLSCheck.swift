internal import NIOCore
internal import NIOSSL
public import Resilience
public import ResilienceHealth
internal import ResilienceInterfaces

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How long a server's certificate is still valid.
///
/// Looks at the dates only; whether the chain is trusted is the business of whoever talks to the server. Nothing is
/// sent over the connection.
public struct TLSCheck: HealthCheck {
  private let target: CheckTarget
  private let warnFrom: Double
  private let failFrom: Double
  private let now: @Sendable () -> Int64

  /// Makes a check of a certificate's dates.
  ///
  /// - Parameters:
  ///   - host: The server's name or address.
  ///   - port: 443 by default.
  ///   - warnFrom: So many days before the end it is degraded; 21 by default.
  ///   - failFrom: So many days before the end it is unhealthy; 3 by default.
  ///   - now: The time in seconds since 1970; the system's by default.
  public init(
    host: String, port: Int = 443, warnFrom: Double = 21, failFrom: Double = 3,
    now: (@Sendable () -> Int64)? = nil
  ) {
    self.target = CheckTarget(host: host, port: port)
    self.warnFrom = warnFrom
    self.failFrom = failFrom
    self.now = now ?? { Int64(time(nil)) }
  }

  /// Shakes hands and looks at the certificate.
  ///
  /// - Throws: `CheckFailure` if there is none.
  public func check(in context: Context) async throws -> CheckResult {
    let box = SeenCertificate()
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .fullVerification
    let tls = try NIOSSLContext(configuration: configuration)
    let host = self.target.host
    let handler: @Sendable () throws -> NIOSSLClientHandler = {
      try TLSHandler.make(tls, host: host) { box.see($0) }
    }
    do {
      try await CheckConnection.open(self.target, tls: handler, in: context) { connection in
        while box.end == nil { try await connection.receive() }
      }
    } catch {
      // A handshake that ends because nobody trusts the certificate has shown it all the same.
      guard box.end != nil, !Task.isCancelled else { throw error }
    }
    guard let end = box.end else { throw CheckFailure("\(self.target) shows no certificate") }
    return self.result(Double(end - self.now()) / 86_400)
  }

  private func result(_ days: Double) -> CheckResult {
    let observed = CheckResult.Observation((days * 10).rounded(.down) / 10, "days")
    if days <= 0 { return CheckResult(.unhealthy, "the certificate has expired: renew it", observed: observed) }
    let text = "the certificate ends in \(observed.value) days: renew it"
    if days <= self.failFrom { return CheckResult(.unhealthy, text, observed: observed) }
    if days <= self.warnFrom { return CheckResult(.degraded, text, observed: observed) }
    return CheckResult(.healthy, observed: observed)
  }
}

/// Where the handshake puts the certificate's last second.
private final class SeenCertificate: Sendable {
  private let seen = Lock<Int64?>(nil)
  func see(_ certificate: NIOSSLCertificate?) {
    self.seen.withLock { $0 = certificate.map { Int64($0.notValidAfter) } }
  }
  var end: Int64? { self.seen.withLock { $0 } }
}
