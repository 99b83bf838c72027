public import Resilience
public import ResilienceHealth
internal import ResilienceInterfaces

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How much room is left where a path lies.
public struct DiskCheck: HealthCheck {
  private let path: String
  private let warnBelow: Double
  private let failBelow: Double

  /// Makes a check of the file system that holds a path.
  ///
  /// - Parameters:
  ///   - path: A file or folder on it.
  ///   - warnBelow: Degraded if less than this part is free; 0.1 by default.
  ///   - failBelow: Unhealthy if less than this part is free; 0.02 by default.
  public init(_ path: String, warnBelow: Double = 0.1, failBelow: Double = 0.02) {
    self.path = path
    self.warnBelow = warnBelow
    self.failBelow = failBelow
  }

  /// Looks once.
  ///
  /// - Throws: `CheckFailure` if the path is not there.
  public func check(in context: Context) async throws -> CheckResult {
    var status = statvfs()
    guard statvfs(self.path, &status) == 0, status.f_blocks > 0 else {
      throw CheckFailure("'\(self.path)' cannot be looked at (error \(errno)): is it there, and mounted?")
    }
    let free = Double(status.f_bavail) / Double(status.f_blocks)
    let percent = (free * 1_000).rounded() / 10
    let observed = CheckResult.Observation(percent, "percent")
    let text = "\(percent) % are free at '\(self.path)': make room"
    if free < self.failBelow { return CheckResult(.unhealthy, text, observed: observed) }
    if free < self.warnBelow { return CheckResult(.degraded, text, observed: observed) }
    return CheckResult(.healthy, observed: observed)
  }
}
