/// Reads the URL of a dependency, strictly.
enum UpstreamText {
  static func parse(_ text: String) throws(ValueFault) -> UpstreamLocation {
    if text.hasPrefix("example:") {
      let name = String(text.dropFirst("example:".count))
      guard NameRule.isName(name) else {
        throw fault("the example's name is not one", "write one such as example:steady")
      }
      return .example(name)
    }
    guard let separator = text.firstRange(of: "://") else {
      throw fault("the URL has no scheme", "write http://… or https://…")
    }
    guard let scheme = UpstreamURL.Scheme(rawValue: text[..<separator.lowerBound].lowercased()) else {
      throw fault("the scheme is not one that can be called", "write http://… or https://…")
    }
    let rest = text[separator.upperBound...]
    guard rest.utf8.allSatisfy({ (33...126).contains($0) && $0 != 34 && $0 != 60 && $0 != 62 && $0 != 92 }) else {
      throw fault(
        "the URL holds characters that URLs do not have", "percent-encode them; use the ASCII form of the host")
    }
    if rest.contains("#") { throw fault("the URL has a fragment", "remove what follows #") }
    if rest.contains("?") { throw fault("the URL has a query", "remove what follows ?; requests bring their own") }
    let authority = rest.prefix { $0 != "/" }
    if authority.contains("@") {
      throw fault("the URL holds credentials", "remove them; callers send their own Authorization header")
    }
    let (host, port) = try hostAndPort(authority)
    return .http(
      UpstreamURL(scheme: scheme, host: host, port: port, path: try path(rest[authority.endIndex...])))
  }

  static func hostAndPort(_ authority: Substring) throws(ValueFault) -> (host: String, port: Int?) {
    var host = authority
    var port: Int?
    let closing = authority.lastIndex(of: "]") ?? authority.startIndex
    if let colon = authority[closing...].lastIndex(of: ":") {
      let digits = authority[authority.index(after: colon)...]
      guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits), (1...65_535).contains(number)
      else {
        throw fault("the port is out of range", "write a port from 1 to 65535, or none for the scheme's own")
      }
      port = number
      host = authority[..<colon]
    }
    if host.hasPrefix("["), host.hasSuffix("]") {
      let address = String(host.dropFirst().dropLast())
      guard address.contains(":"), IPAddress(address) != nil else {
        throw fault("the IPv6 address is not one", "write it in brackets: http://[::1]:8080")
      }
      return (address, port)
    }
    guard HostName.isValid(host) else {
      throw fault("the host is missing or is not one", "write a host name or address")
    }
    return (host.lowercased(), port)
  }

  /// The base path: no dot segments, no empty ones, percent-encoding well formed; the trailing slash goes.
  private static func path(_ text: Substring) throws(ValueFault) -> String {
    let trimmed = text.hasSuffix("/") ? text.dropLast() : text
    guard !trimmed.isEmpty else { return "" }
    let segments = trimmed.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    let encodedDots = ["%2e", ".%2e", "%2e.", "%2e%2e"]
    for segment in segments {
      if segment.isEmpty || segment == "." || segment == ".." || encodedDots.contains(segment.lowercased()) {
        throw fault("the path has empty or dot segments", "write the path they lead to")
      }
      for part in segment.split(separator: "%", omittingEmptySubsequences: false).dropFirst() {
        guard part.count >= 2, part.prefix(2).allSatisfy(\.isHexDigit) else {
          throw fault("the path's percent-encoding is not well formed", "write % as %25")
        }
      }
    }
    return String(trimmed)
  }

  private static func fault(_ message: String, _ remedy: String) -> ValueFault {
    ValueFault(.invalidValue, message, remedy: remedy)
  }
}
