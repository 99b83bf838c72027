internal import Foundation
public import Resilience

extension RedisConfiguration {
  /// Reads a URL: `redis://[user:password@]host[:port][/database]`, `rediss://` with TLS.
  ///
  /// Reserved characters in user and password are percent-encoded. What else can be set follows `?`: `ca`, `cert`,
  /// `key` (files), `servername`, `name` (of the client), `connections`, `timeout`, `connectTimeout` and `stallTimeout`
  /// (milliseconds).
  /// - Throws: `InvalidConfiguration` with everything that makes no sense; without the password.
  public init(url: String) throws(InvalidConfiguration) {
    guard let components = URLComponents(string: url), let scheme = components.scheme?.lowercased(),
      ["redis", "rediss"].contains(scheme), let host = components.host, !host.isEmpty
    else {
      throw InvalidConfiguration(
        "Redis", [.init("url", found: "no such URL", allowed: "redis://[user:password@]host[:port][/database]")])
    }
    self.init(host: host.trimmingCharacters(in: CharacterSet(charactersIn: "[]")), port: components.port ?? 6379)
    self.user = components.user.flatMap { $0.isEmpty ? nil : $0 }
    self.password = components.password.flatMap { $0.isEmpty ? nil : $0 }
    if scheme == "rediss" { self.tls = TLS() }
    var problems: [InvalidConfiguration.Problem] = []
    let path = components.path.drop { $0 == "/" }
    if !path.isEmpty {
      if let number = Int(path) {
        self.database = number
      } else {
        problems.append(.init("database", found: String(path), allowed: "a whole number"))
      }
    }
    for item in components.queryItems ?? [] {
      if let problem = self.read(item.name, item.value ?? "") { problems.append(problem) }
    }
    problems += self.problems
    guard problems.isEmpty else { throw InvalidConfiguration("Redis", problems) }
  }

  private mutating func read(_ name: String, _ value: String) -> InvalidConfiguration.Problem? {
    func isEncrypted(_ set: (inout TLS) -> Void) -> InvalidConfiguration.Problem? {
      guard var tls else { return .init(name, found: "a URL without TLS", allowed: "rediss://") }
      set(&tls)
      self.tls = tls
      return nil
    }
    func number(_ set: (Int) -> Void) -> InvalidConfiguration.Problem? {
      guard let number = Int(value) else { return .init(name, found: value, allowed: "a whole number") }
      set(number)
      return nil
    }
    switch name {
    case "ca": return isEncrypted { $0.authorityFile = value }
    case "cert": return isEncrypted { $0.certificateFile = value }
    case "key": return isEncrypted { $0.privateKeyFile = value }
    case "servername": return isEncrypted { $0.serverName = value }
    case "name":
      self.clientName = value
      return nil
    case "connections": return number { self.connections = $0 }
    case "timeout": return number { self.timeout = .milliseconds($0) }
    case "connectTimeout": return number { self.connectTimeout = .milliseconds($0) }
    case "stallTimeout": return number { self.stallTimeout = .milliseconds($0) }
    default:
      let known = "ca, cert, key, servername, name, connections, timeout, connectTimeout, stallTimeout"
      return .init(name, found: "an unknown parameter", allowed: known)
    }
  }
}
