internal import ResilienceConfiguration

/// The address of the other end of a connection.
struct PeerAddress {
  /// As it is written in `X-Forwarded-For`.
  let text: String
  private let address: IPAddress?

  /// - Parameter remoteAddress: An IP address; an IPv4 address that came in over IPv6 (`::ffff:10.0.0.1`) counts as
  ///   IPv4, a zone (`fe80::1%eth0`) is left out.
  init(_ remoteAddress: String) {
    let bare = String(remoteAddress.prefix { $0 != "%" })
    self.address = IPAddress(bare)
    if let bytes = self.address?.bytes, bytes.count == 4 {
      self.text = bytes.map { String($0) }.joined(separator: ".")
    } else {
      self.text = self.address == nil ? "unknown" : bare
    }
  }

  /// As it is written in `Forwarded`.
  var forwardedNode: String { self.address?.bytes.count == 16 ? "\"[\(self.text)]\"" : self.text }

  func isTrusted(by ranges: [AddressRange]) -> Bool {
    guard let address = self.address else { return false }
    return ranges.contains { $0.contains(address) }
  }
}
