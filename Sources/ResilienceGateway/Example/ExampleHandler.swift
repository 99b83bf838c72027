internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceInterfaces

/// Answers for the built-in upstreams, as well or badly as their switches say.
struct ExampleHandler: GatewayHandler {
  let upstreams: ExampleUpstreams

  func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async {
    let name = String(request.head.uri.dropFirst().prefix { $0 != "/" && $0 != "?" })
    guard let (faults, number) = self.upstreams.visit(name) else {
      return await self.answer(.notFound, "{\"error\": \"there is no such example\"}\n", response)
    }
    do {
      if faults.latencyMilliseconds > 0 {
        try await Runtime.live.sleep(for: .milliseconds(faults.latencyMilliseconds))
      }
      if faults.hang { try await Runtime.live.sleep(for: .seconds(3_600)) }
    } catch {
      return  // the caller is gone
    }
    if faults.reset { return await response.abort() }
    if Double(Runtime.live.random() >> 11) / Double(1 << 53) < faults.errorRate {
      return await self.answer(.serviceUnavailable, "{\"error\": \"\(name) is switched to fail\"}\n", response)
    }
    let body = "{\"upstream\": \"\(name)\", \"answer\": \(number), \"method\": \"\(request.head.method.rawValue)\"}\n"
    await self.answer(.ok, body, response)
  }

  private func answer(_ status: HTTPResponseStatus, _ body: String, _ response: GatewayResponseWriter) async {
    let head = HTTPResponseHead(
      version: .http1_1, status: status,
      headers: ["Content-Type": "application/json", "Cache-Control": status == .ok ? "max-age=1" : "no-store"])
    try? await response.respond(head, body: ByteBuffer(string: body))
  }
}
