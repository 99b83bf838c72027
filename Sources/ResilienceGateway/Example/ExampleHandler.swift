internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceInterfaces

/// Answers for the built-in upstreams, as well or badly as their switches say.
struct ExampleHandler: GatewayHandler {
  let upstreams: ExampleUpstreams

  func handle(_ request: GatewayRequest, _ response: GatewayResponseWriter) async {
    let name = String(request.head.uri.dropFirst().prefix { $0 != "/" && $0 != "?" })
    guard let number = self.upstreams.visit(name) else {
      return await self.answer(.notFound, "{\"error\": \"there is no such example\"}\n", response)
    }
    let failing: String?
    do {
      failing = try await self.failing(name)
    } catch {
      return  // the caller is gone
    }
    if let failing {
      if failing == name, self.upstreams.faults(of: name)?.faults.reset == true { return await response.abort() }
      let reason = failing == name ? "\(name) is switched to fail" : "\(name) needs \(failing), which fails"
      return await self.answer(.serviceUnavailable, "{\"error\": \"\(reason)\"}\n", response)
    }
    let body = "{\"upstream\": \"\(name)\", \"answer\": \(number), \"method\": \"\(request.head.method.rawValue)\"}\n"
    await self.answer(.ok, body, response)
  }

  /// Waits as long as the faults of an upstream, and of those that it needs, say; who of them fails, if one does.
  private func failing(_ name: String, asked: Set<String> = []) async throws(CancellationError) -> String? {
    guard !asked.contains(name), let (faults, needs) = self.upstreams.faults(of: name) else { return nil }
    if faults.latencyMilliseconds > 0 {
      try await Runtime.live.sleep(for: .milliseconds(faults.latencyMilliseconds))
    }
    if faults.hang { try await Runtime.live.sleep(for: .seconds(3_600)) }
    if faults.reset || Double(Runtime.live.random() >> 11) / Double(1 << 53) < faults.errorRate { return name }
    for needed in needs {
      if let failing = try await self.failing(needed, asked: asked.union([name])) { return failing }
    }
    return nil
  }

  private func answer(_ status: HTTPResponseStatus, _ body: String, _ response: GatewayResponseWriter) async {
    let head = HTTPResponseHead(
      version: .http1_1, status: status,
      headers: ["Content-Type": "application/json", "Cache-Control": status == .ok ? "max-age=1" : "no-store"])
    try? await response.respond(head, body: ByteBuffer(string: body))
  }
}
