/// Reads and writes how long a server asks its callers to wait: `Retry-After` and the reset fields of rate limits.
public enum RetryAfterHeader {
  /// What a longer wait is taken for: 2³¹ − 1 seconds, 68 years.
  public static let longest = Duration.seconds(Int64(Int32.max))

  /// How long an answer asks to wait.
  ///
  /// - Parameters:
  ///   - retryAfter: The value of `Retry-After`: whole seconds or an HTTP date. It wins where it can be read.
  ///   - rateLimitReset: The value of `RateLimit-Reset` or `X-RateLimit-Reset`, used where `Retry-After` is missing or
  ///     malformed: seconds from now, Unix seconds (from 10⁹) or Unix milliseconds (from 10¹¹); servers use all three.
  ///   - now: The current time in Unix seconds; rounded down, so that nobody comes back early.
  /// - Returns: The wait, zero for a date that is past, at most `longest`; nil when nothing readable was said.
  public static func parse(retryAfter: String?, rateLimitReset: String?, now: Int64) -> Duration? {
    if let retryAfter, let wait = Self.wait(retryAfter, now: now) { return wait }
    return rateLimitReset.flatMap { Self.reset($0, now: now) }
  }

  /// Writes a wait as whole seconds, rounded up (never early), at least 0.
  public static func format(_ wait: Duration) -> String {
    let (seconds, rest) = min(wait, Self.longest).components
    return String(max(0, rest > 0 ? seconds + 1 : seconds))
  }

  /// The value of `Retry-After`.
  private static func wait(_ value: String, now: Int64) -> Duration? {
    let text = Self.trimmed(value)
    return Self.number(text).map { Self.seconds($0) } ?? Self.until(HTTPDate.parse(text, now: now), now: now)
  }

  private static func reset(_ value: String, now: Int64) -> Duration? {
    let text = Self.trimmed(value)
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, var number = Self.number(String(first)) else {
      return Self.until(HTTPDate.parse(text, now: now), now: now)
    }
    if parts.count == 2 {
      guard let fraction = Self.number(String(parts[1])) else { return nil }
      if fraction > 0 { number += 1 }
    }
    if number < 1_000_000_000 { return Self.seconds(number) }
    return Self.until(number < 100_000_000_000 ? number : (number + 999) / 1_000, now: now)
  }

  private static func until(_ date: Int64?, now: Int64) -> Duration? {
    guard let date else { return nil }
    let (difference, overflow) = date.subtractingReportingOverflow(now)
    return Self.seconds(overflow ? (now < 0 ? .max : 0) : difference)
  }

  private static func seconds(_ count: Int64) -> Duration { .seconds(max(0, min(count, Int64(Int32.max)))) }

  /// Digits only; what would overflow is a very large number.
  private static func number(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return min(Int64(text) ?? .max, 1 << 60)
  }

  private static func trimmed(_ text: String) -> String {
    var rest = text[...]
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
