internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Fetches a provider's keys: the seam to the network.
struct KeyTransport: Sendable {
  /// The largest set of keys that is read, in bytes.
  static let largest = 256 << 10

  /// Status and body of what is at an address.
  let get: @Sendable (String) async throws -> (status: Int, body: [UInt8])

  /// Over HTTP.
  static let http = KeyTransport { address in
    let answer = try await Self.client.execute(HTTPClientRequest(url: address), timeout: .seconds(60))
    return (Int(answer.status.code), Array(try await answer.body.collect(upTo: Self.largest).readableBytesView))
  }

  private static let client = HTTPClient(
    eventLoopGroupProvider: .singleton,
    configuration: {
      var configuration = HTTPClient.Configuration(
        redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(30)))
      configuration.connectionPool.retryConnectionEstablishment = false
      return configuration
    }())
}
