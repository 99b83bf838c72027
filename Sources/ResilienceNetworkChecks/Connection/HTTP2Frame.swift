/// A frame of HTTP/2 (RFC 9113, section 4), as far as one call without TLS needs it.
struct HTTP2Frame: Equatable {
  enum Kind: Equatable {
    case data, headers, reset, settings, ping, goAway
    /// A kind that a client may ignore.
    case other(UInt8)

    init(_ code: UInt8) {
      switch code {
      case 0: self = .data
      case 1: self = .headers
      case 3: self = .reset
      case 4: self = .settings
      case 6: self = .ping
      case 7: self = .goAway
      default: self = .other(code)
      }
    }

    var code: UInt8 {
      switch self {
      case .data: 0
      case .headers: 1
      case .reset: 3
      case .settings: 4
      case .ping: 6
      case .goAway: 7
      case .other(let code): code
      }
    }
  }

  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
  static let acknowledgement: UInt8 = 1
  static let endStream: UInt8 = 1
  static let endHeaders: UInt8 = 4
  private static let padded: UInt8 = 8
  /// The most that a peer may send unless it was told otherwise.
  private static let mostBytes = 16_384

  let kind: Kind
  let flags: UInt8
  let stream: UInt32
  let payload: [UInt8]

  init(_ kind: Kind, flags: UInt8 = 0, stream: UInt32 = 0, payload: [UInt8] = []) {
    self.kind = kind
    self.flags = flags
    self.stream = stream
    self.payload = payload
  }

  /// Reads the nine bytes in front of a frame; nil if that is none.
  static func parse(_ head: [UInt8]) -> (length: Int, make: ([UInt8]) -> HTTP2Frame)? {
    guard head.count == 9 else { return nil }
    let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
    guard length <= self.mostBytes else { return nil }
    let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    return (length, { HTTP2Frame(Kind(head[3]), flags: head[4], stream: stream, payload: $0) })
  }

  var bytes: [UInt8] {
    let length = self.payload.count
    let stream = (0..<4).map { UInt8(self.stream >> (24 - 8 * UInt32($0)) & 255) }
    return [UInt8(length >> 16 & 255), UInt8(length >> 8 & 255), UInt8(length & 255), self.kind.code, self.flags]
      + stream + self.payload
  }

  var isAcknowledgement: Bool { self.flags & Self.acknowledgement != 0 }

  /// Only data and headers can end a stream.
  var endsStream: Bool { (self.kind == .data || self.kind == .headers) && self.flags & Self.endStream != 0 }

  /// What a data frame carries, without its padding.
  var unpaddedPayload: [UInt8] {
    guard self.flags & Self.padded != 0, let padding = self.payload.first else { return self.payload }
    return Array(self.payload.dropFirst().dropLast(Int(padding)))
  }

  /// Fields as literals that are never indexed (RFC 7541, section 6.2.3): needs no table on either side.
  static func literals(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { name, value in
      [0x10] + self.text(name) + self.text(value)
    }
  }

  /// A length of seven bits with continuation (RFC 7541, section 5.1), then the bytes as they are.
  private static func text(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard bytes.count >= 127 else { return [UInt8(bytes.count)] + bytes }
    var length: [UInt8] = [127]
    var rest = bytes.count - 127
    while rest >= 128 {
      length.append(UInt8(rest & 127 | 128))
      rest >>= 7
    }
    return length + [UInt8(rest)] + bytes
  }
}
