/// Why a server could not start.
public enum GatewayServerError: Error, CustomStringConvertible {
  /// The address cannot be listened on.
  case cannotListen(host: String, port: Int, reason: String)
  /// The certificate or its key cannot be used.
  case cannotUseCertificate(file: String, reason: String)
  /// The server was started before; make another one.
  case wasStarted

  /// What happened, and what to do about it.
  public var description: String {
    switch self {
    case .cannotListen(let host, let port, let reason):
      "cannot listen on \(host):\(port): \(reason); stop what uses the port, or choose another address"
    case .cannotUseCertificate(let file, let reason):
      "cannot use \(file) for TLS: \(reason); it must be a readable PEM file that fits its counterpart"
    case .wasStarted:
      "the server was started before; a server starts once, make a new one"
    }
  }
}
