/// The members of a `tracestate` header in order: what each tracing system along the way has to say.
public struct TraceState: Sendable, Hashable {
  /// One system's entry.
  public struct Member: Sendable, Hashable {
    /// The system's key, unique in the header.
    public let key: String
    /// The system's opaque value.
    public let value: String
  }

  /// The most members that a header may have.
  public static let maximumMembers = 32

  /// The members, the most recent system first.
  public let members: [Member]

  /// Makes an empty state.
  public init() { self.members = [] }

  /// Reads the header's values in the order in which they came.
  ///
  /// It is `nil` if any member is malformed, a key is there twice, or there are more than 32 members. Empty members are
  /// skipped.
  public init?(headers: [String]) {
    var members: [Member] = []
    var keys: Set<String> = []
    for header in headers {
      for part in header.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: true) {
        let text = Self.trimmed(part)
        if text.isEmpty { continue }
        guard members.count < Self.maximumMembers, let member = Self.member(text) else { return nil }
        guard keys.insert(member.key).inserted else { return nil }
        members.append(member)
      }
    }
    self.members = members
  }

  /// The header's value, members joined by commas.
  public var text: String { self.members.map { "\($0.key)=\($0.value)" }.joined(separator: ",") }

  private static func trimmed(_ part: Substring.UTF8View) -> Substring.UTF8View {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var result = part.drop(while: isSpace)
    while let last = result.last, isSpace(last) { result = result.dropLast() }
    return result
  }

  private static func member(_ text: Substring.UTF8View) -> Member? {
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let key = text[..<equals]
    let value = text[text.index(after: equals)...]
    guard (1...256).contains(key.count), (1...256).contains(value.count) else { return nil }
    guard let first = key.first, Self.isLowercaseOrDigit(first), key.allSatisfy(Self.isKeyByte) else { return nil }
    guard value.allSatisfy(Self.isValueByte) else { return nil }
    guard let keyText = String(key), let valueText = String(value) else { return nil }
    return Member(key: keyText, value: valueText)
  }

  private static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isKeyByte(_ byte: UInt8) -> Bool {
    self.isLowercaseOrDigit(byte) || "_-*/@".utf8.contains(byte)
  }

  private static func isValueByte(_ byte: UInt8) -> Bool {
    (0x20...0x7E).contains(byte) && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "=")
  }
}
