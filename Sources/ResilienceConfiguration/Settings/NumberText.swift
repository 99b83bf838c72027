/// Decimal numbers.
enum NumberText {
  static func parse(_ text: String) throws(ValueFault) -> Double {
    let isDecimal = text.utf8.allSatisfy { (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }
    guard isDecimal, let number = Double(text.hasPrefix(".") ? "0" + text : text), number.isFinite else {
      throw ValueFault(.wrongType, "this is no number", remedy: "write a decimal number such as 0.5")
    }
    return number
  }
}
