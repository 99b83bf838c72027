/// TLS did not come about in the time for connecting.
struct HandshakeTimeout: Error, CustomStringConvertible {
  var description: String { "the TLS handshake did not end within the connect timeout" }
}
