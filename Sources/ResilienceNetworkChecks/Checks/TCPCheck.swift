public import Resilience
public import ResilienceHealth

/// Whether something accepts connections at a port.
public struct TCPCheck: HealthCheck {
  private let target: CheckTarget

  /// Makes a check of a port.
  public init(host: String, port: Int) { self.target = CheckTarget(host: host, port: port) }

  /// Connects and closes.
  ///
  /// - Throws: `CheckFailure` if nobody accepts.
  public func check(in context: Context) async throws -> CheckResult {
    try await CheckConnection.open(self.target, in: context) { _ in .healthy }
  }
}
