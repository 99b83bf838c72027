import ServiceLifecycle
import Testing

@testable import ResilienceHummingbird

@Suite("Bodies that do not come", .timeLimit(.minutes(5)))
struct BodyDeadlineTests {
  private static func begin(_ method: String, _ path: String) -> String {
    "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
  }

  @Test("a body that does not come in time is answered by 408, and its connection ends")
  func late() async throws {
    try await RunningServer.with(ScriptedControlPlane(), bodyLimit: .milliseconds(50)) { port, _ in
      try await RunningServer.request(port: port, Self.begin("POST", "/login")) { incoming in
        let hasMore = try await incoming.read(until: "this text never comes")
        #expect(!hasMore && incoming.text.hasPrefix("HTTP/1.1 408 "), "\(incoming.text)")
        #expect(incoming.text.contains("\"instance\":\"/login\""), "\(incoming.text)")
      }
    }
  }

  /// The server's idle time-out would end the connection as well, but later.
  private static func isInTime(_ start: ContinuousClock.Instant) -> Bool { start.duration(to: .now) < .seconds(20) }

  @Test("a body that nobody reads and that does not come in time ends the connection behind the one answer")
  func unread() async throws {
    // Long enough for a busy machine to answer before the limit: the answer is the point here.
    let start = ContinuousClock.now
    try await RunningServer.with(ScriptedControlPlane(), bodyLimit: .seconds(2)) { port, _ in
      try await RunningServer.request(port: port, Self.begin("GET", "/health/live")) { incoming in
        let hasMore = try await incoming.read(until: "this text never comes")
        #expect(!hasMore && incoming.text.hasPrefix("HTTP/1.1 200 "), "\(incoming.text)")
        #expect(!incoming.text.contains("408"), "\(incoming.text)")
      }
    }
    #expect(Self.isInTime(start))
  }

  @Test("a request that is there as a whole may take longer than a body")
  func whole() async throws {
    try await RunningServer.with(ScriptedControlPlane(), bodyLimit: .milliseconds(50)) { port, _ in
      let request = "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
      try await RunningServer.request(port: port, request) { incoming in
        // The second snapshot comes after a second, and so later than the limit.
        let hasCome = try await incoming.read(until: "event: snapshot", times: 2)
        #expect(hasCome, "\(incoming.text)")
      }
    }
  }

  @Test("a body that does not come does not hold up a shutdown")
  func shutdown() async throws {
    let start = ContinuousClock.now
    try await RunningServer.with(ScriptedControlPlane(), bodyLimit: .milliseconds(50)) { port, group in
      try await RunningServer.request(port: port, Self.begin("POST", "/login")) { incoming in
        await group.triggerGracefulShutdown()
        let hasMore = try await incoming.read(until: "this text never comes")
        #expect(!hasMore)
      }
    }
    #expect(Self.isInTime(start))
  }
}
