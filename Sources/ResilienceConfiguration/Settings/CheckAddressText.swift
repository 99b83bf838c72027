internal import ResilienceInterfaces

/// Reads the URL of a health check, strictly.
enum CheckAddressText {
  static func parse(_ text: String) throws(ValueFault) -> CheckAddress {
    if text.hasPrefix("http://") || text.hasPrefix("https://") {
      guard case .http(let url) = try UpstreamText.parse(text) else { throw self.unknown }
      return .http(url)
    }
    if let name = self.rest(of: text, after: "dns:") {
      guard HostName.isValid(name) else { throw self.fault("the name is none", "write one such as dns:example.com") }
      return .dns(name.lowercased())
    }
    if let path = self.rest(of: text, after: "sqlite:") {
      guard !path.isEmpty, !ControlCharacters.occur(in: String(path)), path.utf8.count <= 4_096 else {
        throw self.fault("the file is missing", "write one such as sqlite:data.db")
      }
      return .sqlite(String(path))
    }
    if let rest = self.rest(of: text, after: "tcp://") { return .tcp(try self.server(rest, port: nil)) }
    if let rest = self.rest(of: text, after: "tls://") { return .tls(try self.server(rest, port: 443)) }
    if let rest = self.rest(of: text, after: "redis://") {
      return .redis(try self.server(rest, port: 6_379, hasPassword: true))
    }
    if let rest = self.rest(of: text, after: "postgresql://") ?? self.rest(of: text, after: "postgres://") {
      return .postgresql(try self.server(rest, port: 5_432, hasUser: true, hasName: true))
    }
    if let rest = self.rest(of: text, after: "grpc://") {
      return .grpc(try self.server(rest, port: nil, hasName: true))
    }
    throw self.unknown
  }

  private static var unknown: ValueFault {
    self.fault("the URL's scheme is none that is checked", "write one such as tcp://127.0.0.1:9000")
  }

  private static func rest(of text: String, after scheme: String) -> Substring? {
    text.hasPrefix(scheme) ? text.dropFirst(scheme.count) : nil
  }

  private static func server(
    _ text: Substring, port: Int?, hasUser: Bool = false, hasPassword: Bool = false, hasName: Bool = false
  ) throws(ValueFault) -> CheckServer {
    guard text.utf8.allSatisfy({ (33...126).contains($0) }), !text.contains("?"), !text.contains("#") else {
      throw self.fault("the URL holds what this check has no use for", "write host, port and what belongs to it only")
    }
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let authority = parts.first ?? ""
    let at = authority.lastIndex(of: "@")
    let (host, given) = try UpstreamText.hostAndPort(at.map { authority[authority.index(after: $0)...] } ?? authority)
    guard let number = given ?? port else {
      throw self.fault("the port is missing", "write it behind the host, such as \(host):9000")
    }
    var server = CheckServer(host: host, port: number)
    if let at { try self.credentials(authority[..<at], hasUser, hasPassword, &server) }
    let name = parts.count > 1 ? String(parts[1]) : ""
    if !name.isEmpty {
      guard hasName, !name.contains("/"), name.utf8.count <= 100 else {
        throw self.fault("the URL has a path that this check has no use for", "remove what follows the port")
      }
      server.name = name
    }
    return server
  }

  private static func credentials(
    _ text: Substring, _ hasUser: Bool, _ hasPassword: Bool, _ server: inout CheckServer
  ) throws(ValueFault) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let user = PercentEncoding.decoded(parts.first ?? ""),
      let password = PercentEncoding.decoded(parts.count > 1 ? parts[1] : "")
    else {
      throw self.fault("the URL's percent-encoding is not well formed", "write % as %25")
    }
    let isAllowed = (hasPassword && !password.isEmpty) || (hasUser && password.isEmpty && !user.isEmpty)
    guard isAllowed else {
      throw self.fault(
        "the URL holds credentials that this check has no use for",
        hasPassword ? "write :PASSWORD@ or USER:PASSWORD@" : "remove the password: none is needed, and none is sent")
    }
    server.user = user.isEmpty ? nil : user
    server.password = password.isEmpty ? nil : Secret(password)
  }

  private static func fault(_ message: String, _ remedy: String) -> ValueFault {
    ValueFault(.invalidValue, message, remedy: remedy)
  }
}
