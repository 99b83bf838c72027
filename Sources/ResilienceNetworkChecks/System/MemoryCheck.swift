public import Resilience
public import ResilienceHealth
internal import ResilienceInterfaces

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// How much of the machine's memory can still be had.
///
/// Linux only (`/proc/meminfo`); elsewhere the state is unknown.
public struct MemoryCheck: HealthCheck {
  private let warnBelow: Double
  private let failBelow: Double
  private let path: String

  /// Makes a check of memory.
  ///
  /// - Parameters:
  ///   - warnBelow: Degraded if less than this part is available; 0.1 by default.
  ///   - failBelow: Unhealthy if less than this part is available; 0.03 by default.
  ///   - path: Where the kernel tells.
  public init(warnBelow: Double = 0.1, failBelow: Double = 0.03, path: String = "/proc/meminfo") {
    self.warnBelow = warnBelow
    self.failBelow = failBelow
    self.path = path
  }

  /// Looks once; unknown where the kernel does not tell.
  ///
  /// - Throws: Never.
  public func check(in context: Context) async throws -> CheckResult {
    let fields = Self.fields(of: self.path)
    guard let total = fields["MemTotal"], let available = fields["MemAvailable"], total > 0 else {
      return CheckResult(.unknown, "'\(self.path)' does not say how much memory is available")
    }
    let part = available / total
    let percent = (part * 1_000).rounded() / 10
    let observed = CheckResult.Observation(percent, "percent")
    let text = "\(percent) % of the memory are available"
    if part < self.failBelow { return CheckResult(.unhealthy, text, observed: observed) }
    if part < self.warnBelow { return CheckResult(.degraded, text, observed: observed) }
    return CheckResult(.healthy, observed: observed)
  }

  /// Lines of the form `MemTotal:  16316412 kB`; the file is a few kilobytes that the kernel makes up.
  private static func fields(of path: String) -> [String: Double] {
    guard let file = fopen(path, "r") else { return [:] }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 16_384)
    let count = fread(&bytes, 1, bytes.count, file)
    var fields: [String: Double] = [:]
    for line in String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: "\n") {
      let words = line.split { $0 == " " || $0 == ":" }
      if words.count >= 2, let value = Double(words[1]) { fields[String(words[0])] = value }
    }
    return fields
  }
}
