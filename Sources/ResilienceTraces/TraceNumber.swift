/// Numbers of events: whole ones, and milliseconds with up to six decimals.
enum TraceNumber {
  /// A whole number that is not negative.
  static func whole(_ bytes: UnsafeRawBufferPointer) -> Int? {
    guard (1...15).contains(bytes.count) else { return nil }
    var value = 0
    for byte in bytes {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return bytes.count > 1 && bytes[0] == 0x30 ? nil : value
  }

  /// Milliseconds, as nanoseconds; exact.
  static func milliseconds(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    guard let point = bytes.firstIndex(of: 0x2E) else {
      guard let whole = self.whole(bytes), whole <= self.limit else { return nil }
      return Int64(whole) * 1_000_000
    }
    guard let whole = self.whole(UnsafeRawBufferPointer(rebasing: bytes[..<point])), whole <= self.limit else {
      return nil
    }
    let decimals = bytes[(point + 1)...]
    guard (1...6).contains(decimals.count) else { return nil }
    var share: Int64 = 0
    for byte in decimals {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      share = share * 10 + Int64(byte - 0x30)
    }
    for _ in decimals.count..<6 { share *= 10 }
    return Int64(whole) * 1_000_000 + share
  }

  /// 1,000 years of milliseconds would not fit; 30 do.
  private static let limit = 1_000_000_000_000
}
