/// A parameter of a statement, as the binary protocol wants it.
enum PostgreSQLValue: Sendable {
  case integer(Int64?)
  case text(String?)
  case bytes([UInt8])
  case integers([Int64])
  case texts([String?])
  case byteArrays([[UInt8]])

  /// The type's number in `pg_type`; these never change.
  var type: UInt32 {
    switch self {
    case .integer: 20
    case .text: 25
    case .bytes: 17
    case .integers: 1016
    case .texts: 1009
    case .byteArrays: 1001
    }
  }

  /// Its bytes; nil is NULL.
  var encoded: [UInt8]? {
    switch self {
    case .integer(let number): number.map(Self.bytes)
    case .text(let text): text.map { Array($0.utf8) }
    case .bytes(let bytes): bytes
    case .integers(let numbers): Self.array(of: 20, numbers.map(Self.bytes))
    case .texts(let texts): Self.array(of: 25, texts.map { $0.map { Array($0.utf8) } })
    case .byteArrays(let arrays): Self.array(of: 17, arrays)
    }
  }

  /// About how much it weighs, in bytes.
  var size: Int {
    switch self {
    case .integer: 8
    case .text(let text): text?.utf8.count ?? 0
    case .bytes(let bytes): bytes.count
    case .integers(let numbers): numbers.count * 12
    case .texts(let texts): texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) + 4 }
    case .byteArrays(let arrays): arrays.reduce(0) { $0 + $1.count + 4 }
    }
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  /// One dimension, counted from 1; see `array_recv` in PostgreSQL's source.
  private static func array(of type: Int32, _ elements: [[UInt8]?]) -> [UInt8] {
    let hasNulls: Int32 = elements.contains { $0 == nil } ? 1 : 0
    var encoded = self.bytes(Int32(elements.isEmpty ? 0 : 1)) + self.bytes(hasNulls) + self.bytes(type)
    if elements.isEmpty { return encoded }
    encoded += self.bytes(Int32(elements.count)) + self.bytes(Int32(1))
    for element in elements {
      guard let element else {
        encoded += self.bytes(Int32(-1))
        continue
      }
      encoded += self.bytes(Int32(element.count)) + element
    }
    return encoded
  }
}
