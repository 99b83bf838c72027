/// The id that ties a request's answers, log lines, events and spans together.
///
/// Taken from the caller where it is harmless in headers, logs and JSON, else made.
public struct CorrelationHeader: Sendable, Hashable, CustomStringConvertible {
  /// The header that carries it.
  public static let headerName = "X-Correlation-ID"

  /// The longest id that is taken from a caller.
  public static let maximumLength = 128

  /// The id's text: 1…128 of the characters `A–Z a–z 0–9 - _ . : ~ + / = @`.
  public let text: String

  /// The id's text.
  public var description: String { self.text }

  /// Takes an id from a header, or says `nil` if it is empty, too long, or has a character outside the safe set.
  public init?(header: String) {
    guard (1...Self.maximumLength).contains(header.utf8.count), header.utf8.allSatisfy(Self.isSafe) else { return nil }
    self.text = header
  }

  /// Makes an id in the form of a version 4 UUID from the given source of random numbers.
  public init(random: () -> UInt64) {
    let high = random() & ~0xF000 | 0x4000
    let low = random() & ~(0b11 << 62) | (0b10 << 62)
    self.text = [
      Hexadecimal.text(high >> 32, width: 8), Hexadecimal.text(high >> 16 & 0xFFFF, width: 4),
      Hexadecimal.text(high & 0xFFFF, width: 4), Hexadecimal.text(low >> 48, width: 4),
      Hexadecimal.text(low & 0xFFFF_FFFF_FFFF, width: 12),
    ].joined(separator: "-")
  }

  /// Takes the header's id where it is there and safe, else the trace's, else makes one.
  public init(header: String?, trace: TraceContext? = nil, random: () -> UInt64) {
    if let header, let taken = CorrelationHeader(header: header) {
      self = taken
    } else if let trace {
      self.text = trace.traceID
    } else {
      self = CorrelationHeader(random: random)
    }
  }

  private static func isSafe(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "-_.:~+/=@".utf8.contains(byte)
    }
  }
}
