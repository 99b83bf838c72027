extension ValueKind where Value == String {
  /// The name of an environment variable.
  static let variableName = scalar(
    "variable", allowed: "letters, digits and _, first no digit", render: { $0 }
  ) { text throws(ValueFault) in
    let isName = text.utf8.allSatisfy {
      (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
    }
    guard isName, (1...200).contains(text.utf8.count), text.utf8.first.map({ !(48...57).contains($0) }) ?? false else {
      throw ValueFault(
        .invalidValue, "this is no name of a variable", remedy: "write the name alone, such as PATH, without its value")
    }
    return text
  }

  /// The path of a request, with its query.
  static let requestPath = scalar("path", allowed: "/… of printable ASCII", render: { $0 }) {
    text throws(ValueFault) in
    guard text.hasPrefix("/"), text.utf8.count <= 2_048, text.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw ValueFault(.invalidValue, "this is no path", remedy: "write one such as /products?page=1")
    }
    return text
  }
}
