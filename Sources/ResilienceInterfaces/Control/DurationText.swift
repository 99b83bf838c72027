/// Reads lengths of time as operators type them: `250ms`, `2s`, `10m`, `1.5h`, `2d`.
enum DurationText {
  private static let units: [(name: String, milliseconds: Double)] = [
    ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
  ]

  /// The length that a text stands for; nil when it has no unit, is not a number or is out of range.
  static func parse(_ text: String) -> Duration? {
    guard let unit = Self.units.first(where: { text.hasSuffix($0.name) }) else { return nil }
    let number = text.dropLast(unit.name.count)
    guard !number.isEmpty, number.count <= 12, number.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
      let value = Double(number)
    else { return nil }
    let milliseconds = value * unit.milliseconds
    guard milliseconds.isFinite, milliseconds < 1e15 else { return nil }
    return .milliseconds(Int64(milliseconds))
  }
}
