internal import HTTPTypes

/// Where requests go: scheme, authority and the path in front of every path.
struct Target: Sendable, Equatable {
  let scheme: String
  /// Host and port, in lower case: what a breaker is named for.
  let authority: String
  /// Without a slash at its end.
  let path: String

  /// Reads `https://host[:port][/path]`.
  ///
  /// Nil if it is anything else: user names, queries and fragments have no place in the address of a dependency.
  init?(_ url: String) {
    guard let separator = url.firstRange(of: "://"), Self.isClean(url) else { return nil }
    self.scheme = url[..<separator.lowerBound].lowercased()
    guard self.scheme == "http" || self.scheme == "https" else { return nil }
    let rest = url[separator.upperBound...]
    guard !rest.contains(where: { $0 == "@" || $0 == "?" || $0 == "#" || $0 == "\\" }) else { return nil }
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    guard let authority = Self.authority(rest[..<slash]) else { return nil }
    self.authority = authority
    var path = rest[slash...]
    while path.last == "/" { path.removeLast() }
    self.path = String(path)
  }

  /// The address of a request; nil if it has characters that no address has (which is how requests are split).
  func url(for request: HTTPRequest) -> String? {
    let path = request.path ?? "/"
    guard Self.isClean(path), !path.contains("#") else { return nil }
    return "\(self.scheme)://\(self.authority)\(self.path)\(path.hasPrefix("/") ? "" : "/")\(path)"
  }

  private static func isClean(_ text: String) -> Bool { text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }

  private static func authority(_ text: Substring) -> String? {
    var host = text
    var port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[...end]
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.first == ":" else { return nil }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    guard !host.isEmpty, host != "[]" else { return nil }
    guard let port else { return host.lowercased() }
    guard let number = UInt16(port), number > 0 else { return nil }
    return "\(host.lowercased()):\(number)"
  }
}
