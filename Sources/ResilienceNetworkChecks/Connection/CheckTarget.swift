/// Where a check connects to.
public struct CheckTarget: Sendable, Hashable, CustomStringConvertible {
  /// A name or an address.
  public let host: String
  /// The port.
  public let port: Int

  /// Describes a target.
  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// `host:port`.
  public var description: String { "\(self.host):\(self.port)" }
}
