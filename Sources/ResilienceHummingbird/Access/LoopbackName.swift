/// Tells names and addresses of this machine's loopback interface from all others.
enum LoopbackName {
  /// Whether a host, or a host with a port as in a `Host` header, is loopback by its name alone.
  static func matches(_ authority: String) -> Bool {
    let host = self.host(of: authority).lowercased()
    if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } && (Int($0) ?? 256) < 256 }
  }

  private static func host(of authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
      return String(authority[authority.index(after: authority.startIndex)..<end])
    }
    // More than one colon without brackets is an address of its own, not a host with a port.
    guard authority.count(where: { $0 == ":" }) == 1, let colon = authority.firstIndex(of: ":") else {
      return authority
    }
    return String(authority[..<colon])
  }
}
