internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Sends one signed request and reads the answer: the seam between requests and sockets.
struct DynamoDBTransport: Sendable {
  struct Request: Sendable {
    let url: String
    let fields: [(name: String, value: String)]
    let body: [UInt8]
  }

  struct Answer: Sendable {
    let status: Int
    let body: [UInt8]
  }

  /// The largest answer that is read, in bytes: a page of a query has 1 MB, and base64 makes more of it.
  static let largestAnswer = 8 << 20

  let send: @Sendable (Request) async throws -> Answer

  /// Over HTTP, with connections that are kept.
  static func http(_ client: HTTPClient) -> DynamoDBTransport {
    DynamoDBTransport { request in
      var message = HTTPClientRequest(url: request.url)
      message.method = .POST
      for field in request.fields where field.name != "host" {
        message.headers.add(name: field.name, value: field.value)
      }
      message.body = .bytes(ByteBuffer(bytes: request.body))
      // The attempt's own time-out ends it earlier; this one only sees to it that nothing is left behind.
      let answer = try await client.execute(message, timeout: .seconds(600))
      let body = try await answer.body.collect(upTo: Self.largestAnswer)
      return Answer(status: Int(answer.status.code), body: Array(body.readableBytesView))
    }
  }

  /// The connections that all clients of the process share.
  static let shared = HTTPClient(
    eventLoopGroupProvider: .singleton,
    configuration: {
      var configuration = HTTPClient.Configuration(
        redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5), read: .seconds(60)))
      configuration.connectionPool.retryConnectionEstablishment = false
      configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 200
      return configuration
    }())
}
