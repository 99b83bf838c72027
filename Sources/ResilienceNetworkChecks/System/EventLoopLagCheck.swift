public import NIOCore
public import Resilience
public import ResilienceHealth
internal import ResilienceInterfaces

/// How long an event loop takes to begin with something new: the worst of a group.
///
/// A loop that somebody blocks lags by as long as he does. As a component of the process itself
/// (`role: .process(gatesLiveness: true)`) it may end a process whose loops are stuck for good.
public struct EventLoopLagCheck: HealthCheck {
  private let group: any EventLoopGroup
  private let warnFrom: Duration
  private let failFrom: Duration

  /// Makes a check of a group's loops.
  ///
  /// - Parameters:
  ///   - group: The loops.
  ///   - warnFrom: Degraded from this lag on; 50 ms by default.
  ///   - failFrom: Unhealthy from this lag on; 1 s by default.
  public init(_ group: any EventLoopGroup, warnFrom: Duration = .milliseconds(50), failFrom: Duration = .seconds(1)) {
    self.group = group
    self.warnFrom = warnFrom
    self.failFrom = failFrom
  }

  /// Asks every loop at the same time, and waits for the slowest.
  ///
  /// - Throws: What the loops throw when they are shut down.
  public func check(in context: Context) async throws -> CheckResult {
    let runtime = context.runtime
    let began = runtime.now()
    let answers = self.group.makeIterator().map { loop in loop.submit { runtime.now() - began } }
    var worst: Int64 = 0
    for answer in answers { worst = max(worst, try await answer.get()) }
    let lag = Duration.nanoseconds(worst)
    let observed = CheckResult.Observation(lag / .milliseconds(1), "ms")
    let text = "an event loop began \(lag) late: something blocks it"
    if lag >= self.failFrom { return CheckResult(.unhealthy, text, observed: observed) }
    if lag >= self.warnFrom { return CheckResult(.degraded, text, observed: observed) }
    return CheckResult(.healthy, observed: observed)
  }
}
