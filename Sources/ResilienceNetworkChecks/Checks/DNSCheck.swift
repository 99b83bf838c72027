internal import NIOCore
internal import NIOPosix
public import Resilience
public import ResilienceHealth
internal import ResilienceInterfaces

/// Whether the system can resolve a name.
///
/// Asks as everybody else in the process does, through `getaddrinfo`, on a thread that may block; it cannot be
/// cancelled, so one that hangs is counted as overdue and not made a second time.
public struct DNSCheck: HealthCheck {
  private let name: String

  /// Makes a check of a name.
  public init(_ name: String) { self.name = name }

  /// Resolves once.
  ///
  /// - Throws: `CheckFailure` if the name has no address.
  public func check(in context: Context) async throws -> CheckResult {
    let name = self.name
    let began = context.runtime.now()
    do {
      _ = try await NIOThreadPool.singleton.runIfActive {
        try SocketAddress.makeAddressResolvingHost(name, port: 0)
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      throw CheckFailure("'\(name)' cannot be resolved: \(error)")
    }
    let took = Duration.nanoseconds(context.runtime.now() - began)
    return CheckResult(.healthy, observed: .init(took / .milliseconds(1), "ms"))
  }
}
