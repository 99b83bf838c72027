import ServerTestSupport
import Testing

@Suite("What users are told", .timeLimit(.minutes(60)))
struct NoticeProgramTests {
  private static let secret = "planted-webhook-secret-0123456789"
  private static let keys = """
    retry: false,
    circuitBreaker: { consecutiveFailures: 2, openDuration: 500ms, permittedProbes: 1, successThreshold: 1 },
    notice: { feature: "Search", unavailable: "{feature} rests.", recovered: "{feature} is back." }
    """

  private static func with(
    secret: String = NoticeProgramTests.secret, webhook: String = "",
    _ body: (ServedProgram, WebhookReceiver, Switch) async throws -> Void
  ) async throws {
    let receiver = try await WebhookReceiver(secret: Self.secret)
    defer { receiver.end() }
    let works = Switch()
    works.turn(on: true)
    let upstream = try ScriptedUpstream { _ in works.isOn ? .ok("fine") : .answer(500, [], "broken at 10.1.2.3") }
    defer { upstream.stop() }
    let settings = ProgramSettings.dependencies(("search-v2", "url: \"\(upstream.url)\", \(Self.keys)")).with {
      $0.top = """
        notices: { public: true, after: 0s, clearAfter: 1s, webhooks: [ { url: "\(receiver.url)",
          secret: "${RESILIENCE_NOTICES_SECRET}"\(webhook) } ] }
        """
      $0.environment = ["RESILIENCE_NOTICES_SECRET": secret]
    }
    try await ServedProgram.run(settings) { try await body($0, receiver, works) }
  }

  private static func `break`(_ program: ServedProgram, _ works: Switch) async throws {
    works.turn(on: false)
    try await program.openBreaker("search-v2")
  }

  private static func repair(_ program: ServedProgram, _ works: Switch) async throws {
    works.turn(on: true)
    try await eventually("it works again") { try await program.get("/search-v2/").status == 200 ? true : nil }
  }

  @Test(
    "R4.7 entry and recovery come to webhook, public feed, event stream and API, once each, signed, nothing internal")
  func everywhere() async throws {
    try await Self.with { program, receiver, works in
      let port = program.gateway
      let stream = try await offPool {
        let socket = try RawSocket(port: port)
        try socket.send("GET /_resilience/notices HTTP/1.1\r\nHost: h\r\nAccept: text/event-stream\r\n\r\n")
        return (socket, String(decoding: try socket.receive(), as: UTF8.self))
      }
      try await Self.break(program, works)
      let active = try await eventually("users are told") {
        let list = try await HTTP.get(port, "/_resilience/notices")
        return list.json["active"].elements.isEmpty ? nil : list
      }
      #expect(active.json["active"].elements.map { $0["message"].string } == ["Search rests."])
      #expect(active["Access-Control-Allow-Origin"] == "*" && active["Cache-Control"] == "no-store")
      try await Self.repair(program, works)
      let received = try await eventually("the webhook has both") {
        let received = try await receiver.received()
        return received["taken"].elements.count >= 2 ? received : nil
      }
      #expect(received["refused"].elements.isEmpty, "\(received)")
      #expect(received["taken"].elements.map { $0["type"].string } == ["notice.degraded", "notice.recovered"])
      #expect(received["taken"].elements.map { $0["data"]["message"].string } == ["Search rests.", "Search is back."])
      #expect(Set(received["taken"].elements.compactMap { $0["id"].string }).count == 2)
      let text = try await offPool {
        var text = stream.1
        while !text.contains("Search is back."), case let part = try stream.0.receive(), !part.isEmpty {
          text += String(decoding: part, as: UTF8.self)
        }
        return text
      }
      #expect(text.contains("event: notice") && text.contains("Search rests."), "\(text)")
      #expect(text.contains("Search is back."), "\(text)")
      let all = "\(received)" + text + active.body
      for secret in ["10.1.2.3", "search-v2", "breaker", Self.secret] { #expect(!all.contains(secret), "\(secret)") }
      let recent = try await program.operate("GET", "/api/notices").json["recent"].elements
      #expect(recent.map { $0["message"].string } == ["Search is back.", "Search rests."])
      #expect(program.current?.errors.contains(Self.secret) == false)
    }
  }

  @Test("R4.7 a webhook that fails is asked again until it takes the notice; one with another secret never does")
  func retries() async throws {
    try await Self.with { program, receiver, works in
      try await receiver.answer(with: [500, 503, 200])
      try await Self.break(program, works)
      let received = try await eventually("it is taken at last") {
        let received = try await receiver.received()
        return received["taken"].elements.isEmpty ? nil : received
      }
      #expect(received["attempts"] == 3 && received["taken"].elements.count == 1)
      let line =
        "resilience_notice_deliveries_total{service=\"outside\",receiver=\"127.0.0.1:\(receiver.port)\",outcome="
      try await program.metric(line + "\"delivered\"} 1")
    }
    try await Self.with(secret: "another-secret-0123456789", webhook: ", maxAttempts: 1") { program, receiver, works in
      try await Self.break(program, works)
      let received = try await eventually("it is refused") {
        let received = try await receiver.received()
        return received["refused"].elements.isEmpty ? nil : received
      }
      #expect(received["taken"].elements.isEmpty && received["refused"].elements.first == "wrong signature")
    }
  }

  @Test("R4.7 without the setting the gateway has no such path")
  func closed() async throws {
    try await ServedProgram.run(.dependencies(("up", "url: \"http://127.0.0.1:9\""))) { program in
      let path = try await program.get("/_resilience/notices")
      let list = try await program.operate("GET", "/api/notices")
      #expect(path.status == 404 && list.json["active"].elements.isEmpty)
    }
  }
}
