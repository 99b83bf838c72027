/// Why a transport cannot be made.
public enum UpstreamConfigurationError: Error, CustomStringConvertible {
  /// A certificate, key or authority file cannot be used.
  case cannotUseFile(String, reason: String)
  /// Only one of the client's certificate and its key is given.
  case incompleteClientCertificate

  /// What happened, and what to do about it.
  public var description: String {
    switch self {
    case .cannotUseFile(let file, let reason):
      "cannot use \(file) for TLS to upstreams: \(reason); it must be a readable PEM file"
    case .incompleteClientCertificate:
      "a client certificate needs both its chain file and its key file; set both or none"
    }
  }
}
