/// A key that is compared and ordered by its bytes, as servers and files do.
///
/// `String` takes two spellings of "é" for one.
struct ByteKey: Hashable, Comparable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: ByteKey, right: ByteKey) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
  static func < (left: ByteKey, right: ByteKey) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    for byte in self.text.utf8 { hasher.combine(byte) }
    hasher.combine(UInt8(0xff))
  }

  func hasPrefix(_ prefix: String) -> Bool { self.text.utf8.starts(with: prefix.utf8) }
}
