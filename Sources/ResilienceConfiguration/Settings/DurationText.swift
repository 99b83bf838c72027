/// Durations as files have them: `250ms`, `2s`, `1.5s`, `10m`, `1h`.
enum DurationText {
  private static let units: [(suffix: String, nanoseconds: Int64)] = [
    ("ms", 1_000_000), ("us", 1_000), ("s", 1_000_000_000), ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
  ]

  /// A length within bounds.
  ///
  /// - Parameters:
  ///   - what: What has the length, for the fault.
  ///   - remedy: The bounds in words.
  static func parse(
    _ text: String, _ range: ClosedRange<Duration>, of what: String, remedy: String
  ) throws(ValueFault) -> Duration {
    let length = try self.parse(text)
    guard range.contains(length) else {
      throw ValueFault(.outOfRange, "the \(what) is out of range", remedy: remedy)
    }
    return length
  }

  static func parse(_ text: String) throws(ValueFault) -> Duration {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let suffix = text[digits.endIndex...]
    guard !digits.isEmpty else {
      throw ValueFault(.wrongType, "this is no duration", remedy: "write a number and its unit, such as 30s")
    }
    guard let unit = units.first(where: { $0.suffix == suffix }) else {
      let problem = suffix.isEmpty ? "the duration has no unit" : "the unit is unknown"
      let hint = suffix.isEmpty ? "\(digits)s for seconds, \(digits)ms for milliseconds" : "ms, s, m, h or d"
      throw ValueFault(.wrongUnit, problem, remedy: "write \(hint)")
    }
    guard let nanoseconds = nanoseconds(String(digits), unit: unit.nanoseconds) else {
      throw ValueFault(
        .invalidValue, "the number cannot be read", remedy: "write at most 9 digits, with one point at most")
    }
    return .nanoseconds(nanoseconds)
  }

  /// Exact decimal arithmetic: `1.5` of a unit, without rounding where the unit allows it.
  private static func nanoseconds(_ digits: String, unit: Int64) -> Int64? {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let whole = Int64(parts[0]), whole < 1_000_000_000 else { return nil }
    var (total, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    if parts.count == 2 {
      guard (1...9).contains(parts[1].count) else { return nil }
      var share = unit
      for digit in parts[1] {
        share /= 10
        total += Int64(digit.wholeNumberValue ?? 0) * share
      }
    }
    return total
  }

  /// The shortest text that reads as the duration, in the largest unit that divides it.
  static func render(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let nanoseconds = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    guard nanoseconds > 0 else { return "0s" }
    for suffix in ["h", "m", "s", "ms", "us"] {
      if let unit = units.first(where: { $0.suffix == suffix }), nanoseconds % unit.nanoseconds == 0 {
        return "\(nanoseconds / unit.nanoseconds)\(suffix)"
      }
    }
    return "\(nanoseconds / 1_000).\(nanoseconds % 1_000)us"
  }

  /// For people: seconds with at most three places, milliseconds below one second.
  static func shortened(_ duration: Duration) -> String {
    let milliseconds = Int64((duration / .milliseconds(1)).rounded())
    if milliseconds < 1_000 { return "\(milliseconds)ms" }
    let rest = milliseconds % 1_000
    guard rest > 0 else { return "\(milliseconds / 1_000)s" }
    var places = String(String(rest + 1_000).dropFirst())
    while places.hasSuffix("0") { places.removeLast() }
    return "\(milliseconds / 1_000).\(places)s"
  }
}
