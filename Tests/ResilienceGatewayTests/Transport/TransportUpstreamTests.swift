import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

@Suite("Gateway transport: upstream")
struct TransportUpstreamTests {
  let transport: NIOUpstreamTransport

  init() throws { self.transport = try NIOUpstreamTransport(group: .singletonMultiThreadedEventLoopGroup) }

  @Test("a request reaches a server and its answer comes back, over one connection")
  func roundTrip() async throws {
    try await withServer(echoTarget) { server, port in
      let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port)
      for index in 1...5 {
        let request = UpstreamRequest(origin: origin, target: "/\(index)")
        let text = try await self.transport.exchange(request) { response in
          #expect(response.head.status == .ok)
          var all = ByteBuffer()
          for try await var part in response.body { all.writeBuffer(&part) }
          return String(buffer: all)
        }
        #expect(text == "GET /\(index)")
      }
      #expect(server.acceptedConnections <= System.coreCount)
    }
  }
}
