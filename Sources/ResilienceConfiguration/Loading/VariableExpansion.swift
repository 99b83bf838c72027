/// `${NAME}` and `${NAME:-default}` in values of a file; `$${` stands for a plain `${`.
enum VariableExpansion {
  static func expand(_ text: String, environment: [String: String]) throws(ValueFault) -> String {
    guard text.contains("${") else { return text }
    var result = ""
    var rest = Substring(text)
    while let start = rest.firstRange(of: "${") {
      if start.lowerBound > rest.startIndex, rest[rest.index(before: start.lowerBound)] == "$" {
        result += rest[..<rest.index(before: start.lowerBound)] + "${"
        rest = rest[start.upperBound...]
        continue
      }
      result += rest[..<start.lowerBound]
      guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
        throw ValueFault(.unsetVariable, "`${` without `}`", remedy: "close it, or write `$${` for a plain `${`")
      }
      result += try value(of: rest[start.upperBound..<end], environment: environment)
      rest = rest[rest.index(after: end)...]
    }
    return result + rest
  }

  private static func value(of reference: Substring, environment: [String: String]) throws(ValueFault) -> String {
    let separator = reference.firstRange(of: ":-")
    let name = String(separator.map { reference[..<$0.lowerBound] } ?? reference)
    guard isName(name) else {
      throw ValueFault(
        .unsetVariable, "`${…}` holds no name of a variable", remedy: "write ${NAME}, or `$${` for a plain `${`")
    }
    if let value = environment[name], !value.isEmpty || separator == nil { return value }
    if let separator { return String(reference[separator.upperBound...]) }
    throw ValueFault(
      .unsetVariable, "the variable \(name) is not set", remedy: "set \(name), or write ${\(name):-default}")
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(48...57).contains(first), name.utf8.count <= 128 else { return false }
    return name.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95
    }
  }
}
