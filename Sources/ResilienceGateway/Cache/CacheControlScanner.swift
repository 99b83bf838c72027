/// Walks over the members of one `Cache-Control` value: `name`, `name=token`, `name="quoted, string"`.
struct CacheControlScanner {
  struct Directive: Equatable {
    /// In lower case.
    var name: String
    var value: String?
  }

  private var rest: ArraySlice<UInt8>
  private(set) var isMalformed = false

  init(_ value: String) { self.rest = Array(value.utf8)[...] }

  /// The next member that keeps to the grammar; others are skipped and remembered as malformed.
  mutating func next() -> Directive? {
    while true {
      self.rest = self.rest.drop { ASCII.isBlank($0) || $0 == UInt8(ascii: ",") }
      if self.rest.isEmpty { return nil }
      let found = self.directive()
      self.rest = self.rest.drop(while: ASCII.isBlank)
      let isWhole = self.rest.first == nil || self.rest.first == UInt8(ascii: ",")
      if let found, isWhole { return found }
      self.isMalformed = true
      self.rest = self.rest.drop { $0 != UInt8(ascii: ",") }
      // A directive with rubbish behind it still counts where it forbids something: `no-store x`.
      if let found { return found }
    }
  }

  private mutating func directive() -> Directive? {
    let name = self.token()
    guard !name.isEmpty else { return nil }
    guard self.rest.first == UInt8(ascii: "=") else { return Directive(name: name.lowercased(), value: nil) }
    self.rest.removeFirst()
    if self.rest.first == UInt8(ascii: "\"") {
      return Directive(name: name.lowercased(), value: self.quoted())
    }
    return Directive(name: name.lowercased(), value: self.token())
  }

  private mutating func token() -> String {
    let token = self.rest.prefix(while: ASCII.isToken)
    self.rest = self.rest[token.endIndex...]
    return String(decoding: token, as: UTF8.self)
  }

  private mutating func quoted() -> String {
    self.rest.removeFirst()
    var bytes: [UInt8] = []
    while let byte = self.rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
      if byte == UInt8(ascii: "\\") {
        if let escaped = self.rest.popFirst() { bytes.append(escaped) }
      } else {
        bytes.append(byte)
      }
    }
    self.isMalformed = true  // the quote never ends: whatever follows may have been meant as directives
    return String(decoding: bytes, as: UTF8.self)
  }
}
