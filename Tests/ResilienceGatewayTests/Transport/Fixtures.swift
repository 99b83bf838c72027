import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

/// Threads for blocking sockets.
let blockingPool: NIOThreadPool = {
  let pool = NIOThreadPool(numberOfThreads: 32)
  pool.start()
  return pool
}()

/// A handler made of a closure.
struct ClosureHandler: GatewayHandler {
  var body: @Sendable (GatewayRequest, GatewayResponseWriter) async throws -> Void

  init(_ body: @escaping @Sendable (GatewayRequest, GatewayResponseWriter) async throws -> Void) { self.body = body }

  func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async {
    // What a test's handler throws is left to the server's own answer.
    try? await self.body(request, response)
  }
}

/// Answers with the method and the target.
let echoTarget = ClosureHandler { request, response in
  let text = "\(request.head.method.rawValue) \(request.head.uri)"
  try await response.respond(.ok, body: ByteBuffer(string: text))
}

extension HTTPResponseHead {
  static var ok: HTTPResponseHead { HTTPResponseHead(version: .http1_1, status: .ok) }
}

/// Runs a server on loopback for the time of a test.
func withServer<Result>(
  _ handler: any GatewayHandler, _ adjust: (inout GatewayServerConfiguration) -> Void = { _ in },
  _ body: (GatewayServer, Int) async throws -> Result
) async throws -> Result {
  var configuration = GatewayServerConfiguration(port: 0)
  adjust(&configuration)
  let server = GatewayServer(
    configuration: configuration, group: .singletonMultiThreadedEventLoopGroup, handler: handler)
  try await server.start()
  let port = try #require(server.boundPort)
  do {
    let result = try await body(server, port)
    await server.shutdown(gracePeriod: .zero)
    return result
  } catch {
    await server.shutdown(gracePeriod: .zero)
    throw error
  }
}

/// Sends bytes on a new connection and gives everything that comes back.
func answer(to text: String, _ port: Int) async throws -> String {
  let socket = try RawSocket.connect(port)
  try await socket.send(text)
  return try await socket.receiveAll()
}

/// Waits until something is so, by asking again and again; fails after ten seconds.
func until(_ what: String, _ condition: () async -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(10)
  while await !condition() {
    guard ContinuousClock.now < deadline else { throw NeverHappened(what: what) }
    try await Task.sleep(for: .milliseconds(2))
  }
}

struct NeverHappened: Error {
  var what: String
}
