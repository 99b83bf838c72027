/// The parts of an `http` or `https` URL that a check needs.
struct HTTPAddress: Equatable {
  let isSecure: Bool
  let target: CheckTarget
  /// As in the Host field.
  let authority: String
  let path: String

  /// - Throws: `CheckFailure` that says what is wrong with the URL.
  init(_ url: String) throws(CheckFailure) {
    guard let scheme = ["http://", "https://"].first(where: { url.lowercased().hasPrefix($0) }) else {
      throw CheckFailure("'\(url)' is no URL that begins with http:// or https://")
    }
    self.isSecure = scheme == "https://"
    let rest = url.dropFirst(scheme.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let path = rest.dropFirst(authority.count).prefix { $0 != "#" }
    let isPlain = url.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F }
    guard isPlain, !authority.contains("@"), !authority.isEmpty else {
      throw CheckFailure("a URL needs a host, and has no user information, blanks or control characters")
    }
    var host = authority
    var port = self.isSecure ? 443 : 80
    let colon = authority.lastIndex(of: ":")
    let bracket = authority.lastIndex(of: "]")
    if let colon, bracket.map({ $0 < colon }) ?? true {
      guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number) else {
        throw CheckFailure("the port in '\(authority)' is no number from 1 to 65535")
      }
      port = number
      host = authority[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard !host.isEmpty else { throw CheckFailure("'\(authority)' has no host") }
    self.target = CheckTarget(host: String(host), port: port)
    self.authority = String(authority)
    self.path = path.hasPrefix("/") ? String(path) : "/\(path)"
  }
}
