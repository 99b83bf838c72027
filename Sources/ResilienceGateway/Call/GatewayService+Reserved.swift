internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
internal import ResilienceInterfaces

/// The gateway's own paths, below `/_resilience/`.
extension GatewayService {
  /// How often a quiet event stream says that it is alive.
  private static var heartbeat: Duration { .seconds(15) }

  /// Answers one of the gateway's own paths; false where there is nothing.
  func answerReserved(
    _ path: String, _ request: GatewayRequest, _ response: GatewayResponseWriter, _ settings: GatewaySettings
  ) async throws -> Bool {
    let path = path.prefix { $0 != "?" }
    guard path == "/notices", settings.degradation.settings.notices.isPublic else { return false }
    guard request.head.method == .GET || request.head.method == .HEAD else {
      var refusal = Refusal(.validation, status: 405, "Notices can be read, and nothing else.")
      refusal.headers.add(name: "Allow", value: "GET, HEAD")
      throw refusal
    }
    let accepts = request.head.headers["Accept"].joined(separator: ",")
    if accepts.contains("text/event-stream") {
      try await self.streamNotices(response, settings)
    } else {
      let list = settings.degradation.notices.withLock { $0.list }
      let head = Self.noticeHead("application/json")
      try await response.respond(head, body: ByteBuffer(string: PublicNotice.json(list)))
    }
    return true
  }

  /// What is published is for everybody, pages of other origins too.
  private static func noticeHead(_ type: String) -> HTTPResponseHead {
    HTTPResponseHead(
      version: .http1_1, status: .ok,
      headers: [
        "Content-Type": type, "Cache-Control": "no-store", "Access-Control-Allow-Origin": "*",
        "X-Content-Type-Options": "nosniff",
      ])
  }

  private func streamNotices(_ response: GatewayResponseWriter, _ settings: GatewaySettings) async throws {
    guard let notices = settings.degradation.feed.listen() else {
      var refusal = Refusal(.serviceUnavailable, "As many streams of notices are open as may be. Ask again in 10 s.")
      refusal.retryAfterSeconds = 10
      throw refusal
    }
    try await response.writeHead(Self.noticeHead("text/event-stream"))
    // What is true now comes first: whoever begins to listen must not have to ask twice.
    let list = settings.degradation.notices.withLock { $0.list }
    var text = "retry: 5000\n\n"
    for notice in list.active { text += Self.event(notice) }
    try await response.write(ByteBuffer(string: text))
    let (texts, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(64))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await notice in notices { continuation.yield(Self.event(notice)) }
        continuation.finish()
      }
      group.addTask {
        while (try? await Runtime.live.sleep(for: Self.heartbeat)) != nil { continuation.yield(": alive\n\n") }
      }
      for await text in texts {
        do { try await response.write(ByteBuffer(string: text)) } catch { break }
      }
      group.cancelAll()
    }
    try await response.finish()
  }

  private static func event(_ notice: ServiceNotice) -> String {
    "event: notice\nid: \(notice.id)\ndata: \(PublicNotice.json(notice))\n\n"
  }
}
