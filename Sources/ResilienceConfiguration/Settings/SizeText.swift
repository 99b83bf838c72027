/// Sizes in bytes as files have them: `1000000`, `512KiB`, `10MiB`, `1GiB`.
enum SizeText {
  private static let units: [(suffix: String, bytes: Int)] = [
    ("", 1), ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30),
  ]

  static func parse(_ text: String) throws(ValueFault) -> Int {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty else {
      throw ValueFault(.wrongType, "this is no size", remedy: "write a number of bytes, or one with a unit: 10MiB")
    }
    guard let unit = units.first(where: { $0.suffix == text[digits.endIndex...] }) else {
      throw ValueFault(.wrongUnit, "the unit is unknown", remedy: "write B, KiB, MiB or GiB, such as \(digits)MiB")
    }
    guard let number = Int(digits), case let (bytes, overflow) = number.multipliedReportingOverflow(by: unit.bytes),
      !overflow
    else {
      throw ValueFault(.outOfRange, "the size is too large", remedy: "write a smaller one")
    }
    return bytes
  }

  static func render(_ bytes: Int) -> String {
    for (suffix, unit) in units.reversed() where unit > 1 && bytes > 0 && bytes % unit == 0 {
      return "\(bytes / unit)\(suffix)"
    }
    return "\(bytes)"
  }
}
