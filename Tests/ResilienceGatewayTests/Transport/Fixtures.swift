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

/// Runs a server on loopback for the time of a test, patient unless the test is about its patience.
func withServer<Result>(
  _ handler: any GatewayHandler, _ adjust: (inout GatewayServerConfiguration) -> Void = { _ in },
  _ body: (GatewayServer, Int) async throws -> Result
) async throws -> Result {
  var configuration = GatewayServerConfiguration(port: 0)
  // On a machine under load a test may stand still for longer than a client that means it ever would.
  configuration.headTimeout = .seconds(120)
  configuration.idleTimeout = .seconds(120)
  configuration.bodyIdleTimeout = .seconds(120)
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

struct NeverHappened: Error {
  var what: String
}
