/// Where a dependency is: an HTTP origin with a base path, or one of the bundled unreliable examples.
public enum UpstreamLocation: Sendable, Hashable, CustomStringConvertible {
  /// `http://…` or `https://…`.
  case http(UpstreamURL)
  /// `example:NAME`, a built-in upstream that the program starts itself.
  case example(String)

  /// The URL as it would be written in a file; it never holds credentials.
  public var description: String {
    switch self {
    case .http(let url): url.description
    case .example(let name): "example:\(name)"
    }
  }
}
