import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

/// An upstream whose every byte a test decides.
struct RawUpstream {
  let listener: RawSocket
  let origin: UpstreamOrigin

  init(_ scheme: UpstreamOrigin.Scheme = .http) throws {
    let (listener, port) = try RawSocket.listen()
    self.listener = listener
    self.origin = UpstreamOrigin(scheme: scheme, host: "127.0.0.1", port: port)
  }

  /// Takes a connection, reads a head, and answers with bytes.
  @discardableResult
  func answer(_ text: String) async throws -> RawSocket {
    let socket = try await self.listener.accept()
    _ = try await socket.receive(until: "\r\n\r\n")
    try await socket.send(text)
    return socket
  }
}

/// An exchange's answer, read to its end.
struct WholeAnswer: Equatable {
  var status: Int
  var text: String
}

extension UpstreamRequest {
  /// The same, with time to connect on a machine under load, unless the test has set one.
  ///
  /// The tests' servers share event loops, and a handshake waits for whatever they do meanwhile.
  var patient: UpstreamRequest {
    guard self.connectTimeout == .seconds(5) else { return self }
    var request = self
    request.connectTimeout = .seconds(60)
    return request
  }
}

extension UpstreamTransport {
  /// Sends a request and reads the whole answer.
  func whole(_ request: UpstreamRequest) async throws -> WholeAnswer {
    try await self.exchange(request.patient) { response in
      var all = ByteBuffer()
      for try await var part in response.body { all.writeBuffer(&part) }
      return WholeAnswer(status: Int(response.head.status.code), text: String(buffer: all))
    }
  }

  /// The failure that an exchange ends with.
  func failure(_ request: UpstreamRequest) async throws -> UpstreamFailure {
    do {
      let answer = try await self.whole(request)
      throw NeverHappened(what: "a failure; the answer was \(answer)")
    } catch let failure as UpstreamFailure {
      return failure
    }
  }
}

/// Runs a transport on event loops of its own.
func withTransport<Result>(
  _ adjust: (inout UpstreamConfiguration) -> Void = { _ in }, threads: Int = 1,
  _ body: (NIOUpstreamTransport, any EventLoopGroup) async throws -> Result
) async throws -> Result {
  let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
  var configuration = UpstreamConfiguration()
  configuration.idleTimeout = .seconds(120)
  adjust(&configuration)
  do {
    let transport = try NIOUpstreamTransport(configuration: configuration, group: group)
    let result = try await body(transport, group)
    await transport.shutdown()
    try await group.shutdownGracefully()
    return result
  } catch {
    try await group.shutdownGracefully()
    throw error
  }
}
