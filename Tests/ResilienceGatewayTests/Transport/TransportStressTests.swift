import NIOCore
import NIOHTTP1
import NIOPosix
import ResilienceGateway
import Testing

@Suite("Gateway transport: many at once")
struct TransportStressTests {
  @Test("requests that run, are given up, reset or cut short at random leave nothing behind and mix nothing up")
  func chaos() async throws {
    let handler = ClosureHandler { request, response in
      if request.head.uri.hasSuffix("/cut") {
        try await response.writeHead(
          HTTPResponseHead(version: .http1_1, status: .ok, headers: ["Content-Length": "1000000"]))
        return
      }
      let body = try await request.body.collect(upTo: 1 << 20)
      if request.head.uri.hasSuffix("/slow") { try await Task.sleep(for: .seconds(60)) }
      try await response.writeHead(.ok)
      try await response.write(ByteBuffer(string: request.head.uri + " "))
      try await response.write(body)
      try await response.finish()
    }
    try await withServer(handler) { back, backPort in
      let origin = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: backPort)
      let inner = try NIOUpstreamTransport(group: .singletonMultiThreadedEventLoopGroup)
      try await withServer(Forwarder(transport: inner, origin: origin)) { server, port in
        let front = UpstreamOrigin(scheme: .http, host: "127.0.0.1", port: port)
        let outer = try NIOUpstreamTransport(group: .singletonMultiThreadedEventLoopGroup)
        let wrong = Shared<[String]>([])
        await withTaskGroup(of: Void.self) { group in
          for client in 0..<32 {
            group.addTask {
              for index in 0..<30 {
                if let problem = await Self.one(outer, front, client, index) { wrong.change { $0.append(problem) } }
              }
            }
          }
        }
        #expect(wrong.value.isEmpty, "\(wrong.value.prefix(5))")
        await outer.shutdown()
        try await until("no connection of a client is left") {
          outer.openConnections(to: front) == 0 && server.openConnections == 0
        }
        await inner.shutdown()
        try await until("no connection to the upstream is left") {
          inner.openConnections(to: origin) == 0 && back.openConnections == 0
        }
      }
    }
  }

  /// One request of one client; gives what is wrong with its outcome.
  private static func one(
    _ transport: NIOUpstreamTransport, _ origin: UpstreamOrigin, _ client: Int, _ index: Int
  ) async -> String? {
    let text = String(repeating: "\(client).\(index),", count: index * 50)
    let kind = (client + index) % 5 == 0 ? "cut" : (client + index) % 7 == 0 ? "slow" : "whole"
    let target = "/\(client)/\(index)/\(kind)"
    let request = UpstreamRequest(
      origin: origin, method: .POST, target: target, body: .bytes(ByteBuffer(string: text)))
    let task = Task { try await transport.whole(request) }
    if kind == "slow" {
      for _ in 0..<(index * 3) { await Task.yield() }
      task.cancel()
    }
    switch (kind, await task.result) {
    case ("whole", .success(let answer)):
      return answer == WholeAnswer(status: 200, text: "\(target) \(text)") ? nil : "\(target): \(answer.status)"
    case ("cut", .success(let answer)):
      // The forwarder learned of it before its own answer had begun.
      return answer.status == 502 ? nil : "\(target): \(answer.status)"
    case ("cut", .failure(let error)): return error is UpstreamFailure ? nil : "\(target): \(error)"
    case ("slow", .failure(let error)): return error is CancellationError ? nil : "\(target): \(error)"
    case (_, let result): return "\(target): \(result)"
    }
  }
}
