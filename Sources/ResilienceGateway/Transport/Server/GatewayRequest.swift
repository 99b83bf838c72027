public import NIOHTTP1

/// A request as the client sent it.
public struct GatewayRequest: Sendable {
  /// The method, the target exactly as it was sent (it may be in absolute form, `*` or an authority), the fields.
  public var head: HTTPRequestHead
  /// The IP address of the other end, without a port; that of a proxy if there is one in between.
  public var remoteAddress: String
  /// The port on which the request came in.
  public var localPort: Int
  /// Whether the request came in by TLS.
  public var isTLS: Bool
  /// The body, to be read once.
  public var body: GatewayRequestBody

  /// Makes a request; for tests of a handler that need no connection.
  public init(
    head: HTTPRequestHead, remoteAddress: String = "127.0.0.1", localPort: Int = 0, isTLS: Bool = false,
    body: GatewayRequestBody = .empty
  ) {
    self.head = head
    self.remoteAddress = remoteAddress
    self.localPort = localPort
    self.isTLS = isTLS
    self.body = body
  }
}
