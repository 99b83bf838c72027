public import AsyncHTTPClient
internal import NIOCore

extension HTTPClient {
  /// The HTTP client that resilient clients share if they are given none; it lives as long as the process.
  ///
  /// `HTTPClient.shared` is not fit for this: it follows redirects, and repeats connecting until the deadline, which
  /// hides from a breaker that nobody listens.
  public static let resilient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .resilient)
}

extension HTTPClient.Configuration {
  /// Settings for an HTTP client behind policies: it connects once (5 s), follows no redirects, keeps up to 1,000
  /// connections per host so that the bulkhead decides and not the pool's unbounded queue, and gives up on a connection
  /// that is silent for 60 s.
  public static var resilient: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(60)))
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_000
    return configuration
  }
}
