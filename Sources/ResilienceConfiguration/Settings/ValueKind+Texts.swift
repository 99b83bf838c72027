extension ValueKind where Value == Bool {
  /// True or false.
  static let flag = scalar("boolean", allowed: "true or false", render: { "\($0)" }) { text throws(ValueFault) in
    guard let value = FlagText.value(of: text) else {
      throw ValueFault(.wrongType, "this is neither true nor false", remedy: "write true or false")
    }
    return value
  }
}

extension ValueKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of an enumeration's raw values.
  static func choice(_ type: Value.Type = Value.self) -> ValueKind {
    let names = Value.allCases.map(\.rawValue)
    let allowed = names.joined(separator: ", ")
    return scalar("choice", allowed: "one of \(allowed)", render: \.rawValue) { text throws(ValueFault) in
      guard let value = Value(rawValue: text) else {
        let nearest = Spelling.nearest(to: text, among: names)
        throw ValueFault(
          .outOfRange, "this is none of the choices",
          remedy: nearest.map { "did you mean `\($0)`?" } ?? "write one of \(allowed)")
      }
      return value
    }
  }
}

extension ValueKind where Value == String {
  /// Any text of bounded length that is not empty.
  static func text(_ maximumLength: Int = 200) -> ValueKind {
    scalar("text", allowed: "1 to \(maximumLength) characters", render: { $0 }) { text throws(ValueFault) in
      guard !text.isEmpty, text.count <= maximumLength, !ControlCharacters.occur(in: text) else {
        throw ValueFault(
          .outOfRange, "the text is empty, too long or holds control characters",
          remedy: "write a text of allowed length")
      }
      return text
    }
  }

  /// A body of bounded size, which may be empty.
  static let body = scalar("text", allowed: "at most 64KiB of text", render: { $0 }) { text throws(ValueFault) in
    guard text.utf8.count <= 65_536 else {
      throw ValueFault(.outOfRange, "the body is too large", remedy: "shorten it")
    }
    return text
  }

  /// The path of a file; whether it is there is seen when it is opened.
  static let path = scalar("file", allowed: "the path of a file", render: { $0 }) { text throws(ValueFault) in
    guard !text.isEmpty, !ControlCharacters.occur(in: text), text.utf8.count <= 4_096 else {
      throw ValueFault(.invalidValue, "this is no path", remedy: "write the path of a PEM file")
    }
    return text
  }

  /// A name by the rule of all names.
  static let name = scalar("name", allowed: NameRule.allowed, render: { $0 }) { text throws(ValueFault) in
    guard NameRule.isName(text) else {
      throw ValueFault(.invalidValue, "this is no name", remedy: "use small letters, digits, - and _ only")
    }
    return text
  }

  /// The prefix of error codes.
  static let codePrefix = scalar(
    "text", allowed: "1 to 16 of A–Z and 0–9, first a letter", render: { $0 }
  ) { text throws(ValueFault) in
    let isUpper = text.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) }
    guard isUpper, (1...16).contains(text.utf8.count), text.utf8.first.map({ $0 >= 65 }) ?? false else {
      throw ValueFault(.invalidValue, "this is no prefix of error codes", remedy: "write capitals, such as ORC")
    }
    return text
  }

  /// An HTTP method.
  static let method = scalar("HTTP method", allowed: MethodNames.allowed, render: { $0 }) {
    text throws(ValueFault) in
    guard MethodNames.all.contains(text) else {
      let nearest = Spelling.nearest(to: text, among: MethodNames.all)
      throw ValueFault(
        .outOfRange, "this is no method that can be named here",
        remedy: nearest.map { "did you mean `\($0)`?" } ?? "write one of \(MethodNames.allowed)")
    }
    return text
  }

  /// A media type such as `application/json; charset=utf-8`.
  static let mediaType = scalar("media type", allowed: "TYPE/SUBTYPE, printable ASCII", render: { $0 }) {
    text throws(ValueFault) in
    let parts = text.prefix { $0 != ";" }.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains(" ") }), text.utf8.count <= 200,
      text.utf8.allSatisfy({ (32...126).contains($0) })
    else {
      throw ValueFault(.invalidValue, "this is no media type", remedy: "write one such as application/json")
    }
    return text
  }
}

extension ValueKind where Value == Secret {
  /// A key of 256 bits.
  static let encryptionKey = scalar(
    "secret", allowed: "64 hexadecimal digits", isSecret: true, render: \.description
  ) { text throws(ValueFault) in
    guard text.utf8.count == 64,
      text.utf8.allSatisfy({
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
          || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0 || UInt8(ascii: "A")...UInt8(ascii: "F") ~= $0
      })
    else {
      throw ValueFault(
        .invalidValue, "this is no key of 256 bits",
        remedy: "make one with `openssl rand -hex 32` and give it through a variable: \"${NAME}\"")
    }
    return Secret(text)
  }

  /// A secret of printable ASCII without spaces, long enough not to be guessed by trying.
  static let token = scalar(
    "secret", allowed: "8 to 512 printable ASCII characters without spaces", isSecret: true, render: \.description
  ) { text throws(ValueFault) in
    guard (8...512).contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw ValueFault(
        .invalidValue, "the secret is empty, too short, too long or holds other characters",
        remedy: "make one with `openssl rand -hex 32` and give it through a variable: \"${NAME}\"")
    }
    return Secret(text)
  }
}
