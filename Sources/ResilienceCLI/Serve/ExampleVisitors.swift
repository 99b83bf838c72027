internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceGateway
internal import ServiceLifecycle

/// A little traffic through the gateway, so that the bundled example has something to show.
struct ExampleVisitors: Service {
  let configuration: ServiceConfiguration
  let group: MultiThreadedEventLoopGroup

  func run() async throws {
    let transport = try NIOUpstreamTransport(group: self.group)
    let listen = self.configuration.gateway.listen
    let origin = UpstreamOrigin(scheme: .http, host: listen.host, port: listen.port)
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { tasks in
        for dependency in self.configuration.dependencies {
          for _ in 0..<2 { tasks.addTask { await Self.visit(dependency.name, at: origin, by: transport) } }
        }
      }
    }
    await transport.shutdown()
  }

  /// One visitor of one dependency: about two requests a second, until cancelled.
  private static func visit(_ name: String, at origin: UpstreamOrigin, by transport: NIOUpstreamTransport) async {
    while !Task.isCancelled {
      let request = UpstreamRequest(origin: origin, target: "/\(name)/", headers: ["User-Agent": "example-visitor"])
      try? await transport.exchange(request) { response in
        while try await response.body.next() != nil {}
      }
      let pause = 300 + Int64(Runtime.live.random() % 400)
      try? await Runtime.live.sleep(for: .milliseconds(pause))
    }
  }
}
