/// A range of IP addresses, written as one address or in CIDR form (`10.0.0.0/8`, `::1`).
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
  /// The range's first address.
  public let base: IPAddress
  /// How many leading bits of an address must equal the base's.
  public let prefixLength: Int
  /// The text it was read from.
  public let description: String

  /// Reads an address or CIDR range; nil where the text is none.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
    let bits = address.bytes.count * 8
    var length = bits
    if parts.count == 2 {
      guard parts[1].utf8.allSatisfy({ (48...57).contains($0) }), let given = Int(parts[1]), given <= bits else {
        return nil
      }
      length = given
    }
    base = address
    prefixLength = length
    description = text
  }

  /// Whether the address lies in the range; an address of the other family never does.
  public func contains(_ address: IPAddress) -> Bool {
    guard address.bytes.count == base.bytes.count else { return false }
    for (index, pair) in zip(base.bytes, address.bytes).enumerated() {
      let bits = min(max(prefixLength - index * 8, 0), 8)
      if bits == 0 { return true }
      let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
      if pair.0 & mask != pair.1 & mask { return false }
    }
    return true
  }
}
