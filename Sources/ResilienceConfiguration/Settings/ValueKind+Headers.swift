extension ValueKind where Value == String {
  /// The name of a header field.
  static let headerName = scalar(
    "header name", allowed: "1 to 100 letters, digits and hyphens", render: { $0 }
  ) { text throws(ValueFault) in
    let isName = text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "-")
    }
    guard isName, (1...100).contains(text.utf8.count) else {
      throw ValueFault(.invalidValue, "this is no name of a header field", remedy: "write one such as X-User")
    }
    return text
  }

  /// The beginning of a path.
  static let pathPrefix = scalar("path", allowed: "a path that begins with /, at most 500 characters", render: { $0 }) {
    text throws(ValueFault) in
    guard text.hasPrefix("/"), text.count <= 500, text.utf8.allSatisfy({ (33...126).contains($0) }),
      !text.contains("?"), !text.contains("#")
    else { throw ValueFault(.invalidValue, "this is no path", remedy: "write one such as /beta/") }
    return text
  }
}
