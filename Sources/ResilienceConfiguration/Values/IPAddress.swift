import Foundation

/// An IPv4 or IPv6 address as its 4 or 16 bytes.
public struct IPAddress: Sendable, Hashable {
  /// Network order.
  public let bytes: [UInt8]

  /// Reads the usual text forms; nil where the text is no address.
  ///
  /// IPv4 written as IPv6 (`::ffff:…`) becomes IPv4.
  public init?(_ text: String) {
    var small = in_addr()
    if inet_pton(AF_INET, text, &small) == 1 {
      bytes = withUnsafeBytes(of: &small) { Array($0) }
      return
    }
    var large = in6_addr()
    guard inet_pton(AF_INET6, text, &large) == 1 else { return nil }
    let all = withUnsafeBytes(of: &large) { Array($0) }
    let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]
    bytes = Array(all.prefix(12)) == mapped ? Array(all.suffix(4)) : all
  }

  /// Whether it is `127.0.0.0/8` or `::1`.
  public var isLoopback: Bool {
    bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
  }
}
