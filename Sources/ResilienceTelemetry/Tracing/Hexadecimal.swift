/// Lowercase hexadecimal of fixed width, as the trace headers demand it (Swift's own parser also takes `+`, and `A`).
enum Hexadecimal {
  /// Reads exactly these digits; `nil` for any other character or more than 16 of them.
  static func parse(_ digits: Substring.UTF8View) -> UInt64? {
    guard !digits.isEmpty, digits.count <= 16 else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return value
  }

  /// Writes the value with leading zeros.
  static func text(_ value: UInt64, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
