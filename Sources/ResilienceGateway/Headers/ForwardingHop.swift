internal import NIOHTTP1

/// What we see of a request ourselves, in the words of the forwarding fields.
struct ForwardingHop {
  let scheme: String
  let host: String?
  /// Nil where it is not known.
  let port: String?
  /// An element of `Forwarded`.
  let element: String

  init(_ request: GatewayRequest, _ peer: PeerAddress) {
    self.scheme = request.isTLS ? "https" : "http"
    self.host = request.head.headers.first(name: "Host").flatMap { $0.isEmpty ? nil : $0 }
    self.port = (1...65_535).contains(request.localPort) ? String(request.localPort) : nil
    var parts = ["for=\(peer.forwardedNode)"]
    if let host { parts.append("host=\(Self.quoted(host))") }
    parts.append("proto=\(self.scheme)")
    self.element = parts.joined(separator: ";")
  }

  /// A token as it is, everything else in quotes.
  private static func quoted(_ text: String) -> String {
    if text.utf8.allSatisfy(ASCII.isToken) { return text }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
