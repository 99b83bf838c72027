/// The bytes that HTTP/1 gives a meaning, and the sets of bytes of its grammar (RFC 9110 §5.6.2, RFC 9112).
enum ASCII {
  static let tab: UInt8 = 0x09
  static let lineFeed: UInt8 = 0x0A
  static let carriageReturn: UInt8 = 0x0D
  static let space: UInt8 = 0x20
  static let colon: UInt8 = 0x3A
  static let semicolon: UInt8 = 0x3B

  /// Letters, digits and ``!#$%&'*+-.^_`|~``, as two sets of 64 bits.
  private static let tokenLow: UInt64 = 0x03FF_6CFA_0000_0000
  private static let tokenHigh: UInt64 = 0x57FF_FFFF_C7FF_FFFE

  static func isToken(_ byte: UInt8) -> Bool {
    if byte < 64 { return (self.tokenLow >> UInt64(byte)) & 1 == 1 }
    return byte < 128 && (self.tokenHigh >> UInt64(byte - 64)) & 1 == 1
  }

  /// What a field's value may hold: everything visible, bytes above 127, space and tab; no other control character.
  static func isFieldContent(_ byte: UInt8) -> Bool { (byte >= 0x20 && byte != 0x7F) || byte == self.tab }

  /// What a request target may hold: visible ASCII.
  static func isVisible(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

  static func isBlank(_ byte: UInt8) -> Bool { byte == self.space || byte == self.tab }

  static func hexValue(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(byte - 0x30)
    case 0x41...0x46: Int(byte - 0x41 + 10)
    case 0x61...0x66: Int(byte - 0x61 + 10)
    default: nil
    }
  }
}

extension StringProtocol {
  /// Whether this is `lowercase` when upper-case ASCII letters count as lower-case ones.
  func isEqualIgnoringCase(_ lowercase: StaticString) -> Bool {
    let utf8 = self.utf8
    guard utf8.count == lowercase.utf8CodeUnitCount else { return false }
    var expected = lowercase.utf8Start
    for byte in utf8 {
      let folded = byte &- 0x41 < 26 ? byte | 0x20 : byte
      guard folded == expected.pointee else { return false }
      expected += 1
    }
    return true
  }
}

extension String {
  /// The members of a comma-separated list, without the blanks around them and without empty ones.
  var listMembers: [Substring] {
    self.split(separator: ",").map { $0.trimmingBlanks }.filter { !$0.isEmpty }
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    var rest = self.drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return rest
  }
}
