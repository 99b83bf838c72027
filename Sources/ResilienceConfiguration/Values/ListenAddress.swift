/// A host and port to listen on, written `HOST:PORT` (`127.0.0.1:8080`, `[::1]:8080`, `localhost:0`).
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
  /// An IPv4 address, an IPv6 address without brackets, or a host name.
  public var host: String
  /// The port, 0…65535; 0 takes any free one.
  public var port: Int

  /// Makes an address of its parts, unchecked.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `HOST:PORT`; nil where the text is none.
  public init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":") else { return nil }
    var host = text[..<colon]
    let digits = text[text.index(after: colon)...]
    guard !digits.isEmpty, digits.count <= 5, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let port = Int(digits), port <= 65_535
    else { return nil }
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
      guard host.contains(":"), IPAddress(String(host)) != nil else { return nil }
    } else if !HostName.isValid(host) {
      return nil
    }
    self.init(host: String(host), port: port)
  }

  /// Whether only this machine can reach it.
  public var isLoopback: Bool {
    if host.lowercased() == "localhost" { return true }
    guard let address = IPAddress(host) else { return false }
    return address.isLoopback
  }

  /// Whether it stands for every address of the machine (`0.0.0.0` or `::`).
  public var isWildcard: Bool {
    IPAddress(host)?.bytes.allSatisfy { $0 == 0 } ?? false
  }

  /// `HOST:PORT`, with brackets around IPv6.
  public var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
