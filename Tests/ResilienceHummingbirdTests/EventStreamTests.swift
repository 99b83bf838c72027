import Foundation
import Logging
import ResilienceInterfaces
import ServiceLifecycle
import Testing

@testable import ResilienceHummingbird

@Suite("Live events", .timeLimit(.minutes(20)))
struct EventStreamTests {
  private static func get(_ path: String, _ headers: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(headers)\r\n"
  }

  private func publish(_ message: String, on plane: ScriptedControlPlane) {
    plane.feed.publish(at: 1, kind: "breaker.opened", subject: "orders", message: message, severity: .critical)
  }

  private func waitForListeners(_ count: Int, on plane: ScriptedControlPlane) async {
    while plane.feed.listenerCount != count { await Task.yield() }
  }

  @Test("a stream begins with a snapshot, and brings events with their ids as they happen")
  func brings() async throws {
    let plane = ScriptedControlPlane()
    try await RunningServer.with(plane) { port, _ in
      try await RunningServer.request(port: port, Self.get("/api/events")) { incoming in
        try await incoming.expect("event: snapshot\ndata: {")
        #expect(
          incoming.text.contains("content-type: text/event-stream")
            || incoming.text.contains("Content-Type: text/event-stream"))
        await self.waitForListeners(1, on: plane)
        self.publish("orders opened", on: plane)
        try await incoming.expect("orders opened")
        #expect(incoming.text.contains("event: event\nid: 1\ndata: {"))
      }
    }
  }

  @Test("a returning client gets what it has missed, and nothing twice")
  func replays() async throws {
    let plane = ScriptedControlPlane()
    for number in 1...3 { self.publish("number \(number)", on: plane) }
    try await RunningServer.with(plane) { port, _ in
      let text = Self.get("/api/events", "Last-Event-ID: 2\r\n")
      try await RunningServer.request(port: port, text) { incoming in
        try await incoming.expect("number 3")
        #expect(!incoming.text.contains("number 2"))
      }
    }
  }

  @Test("a stream ends when the client leaves, so that nothing is kept for it")
  func endsWithClient() async throws {
    let plane = ScriptedControlPlane()
    try await RunningServer.with(plane) { port, _ in
      for _ in 0..<3 {
        try await RunningServer.request(port: port, Self.get("/api/events")) { incoming in
          try await incoming.expect("event: snapshot")
          await self.waitForListeners(1, on: plane)
        }
        await self.waitForListeners(0, on: plane)
      }
    }
  }

  @Test("a stream ends when the server stops, so that a shutdown does not wait for consoles")
  func endsWithServer() async throws {
    let plane = ScriptedControlPlane()
    try await RunningServer.with(plane) { port, group in
      try await RunningServer.request(port: port, Self.get("/api/events")) { incoming in
        try await incoming.expect("event: snapshot")
        await self.waitForListeners(1, on: plane)
        await group.triggerGracefulShutdown()
        let hasMore = try await incoming.read(until: "this text never comes")
        #expect(!hasMore)
      }
    }
    #expect(plane.feed.listenerCount == 0)
  }

  @Test("too many streams are refused with a time to come back")
  func bounds() async throws {
    let plane = ScriptedControlPlane()
    try await RunningServer.with(plane, maximumEventStreams: 1) { port, _ in
      try await RunningServer.request(port: port, Self.get("/api/events")) { first in
        try await first.expect("event: snapshot")
        try await RunningServer.request(port: port, Self.get("/api/events")) { second in
          try await second.expect("event streams are in use")
          #expect(second.text.hasPrefix("HTTP/1.1 503") && second.text.lowercased().contains("retry-after: 10"))
        }
      }
    }
  }

  @Test("a heartbeat keeps a quiet stream open")
  func heartbeats() async throws {
    let bench = try OperationsBench()
    try await bench.withServerOnSocket { port in
      try await RunningServer.request(port: port, Self.get("/api/events")) { incoming in
        try await incoming.expect(": heartbeat\n\n")
        #expect(incoming.text.components(separatedBy: "event: snapshot").count > 2)
      }
    }
  }

  @Test("a name that is not this machine's is refused: somebody else's page may have pointed it here")
  func rebinding() async throws {
    try await RunningServer.with(ScriptedControlPlane()) { port, _ in
      let text = "GET /api/breakers HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n"
      try await RunningServer.request(port: port, text) { incoming in
        try await incoming.expect("loopback names")
        #expect(incoming.text.hasPrefix("HTTP/1.1 421"))
      }
      let live = "GET /health/live HTTP/1.1\r\nHost: probe.internal\r\nConnection: close\r\n\r\n"
      try await RunningServer.request(port: port, live) { incoming in
        try await incoming.expect("pass")
      }
    }
  }

  @Test("with tokens, a stream needs one")
  func needsToken() async throws {
    try await RunningServer.with(ScriptedControlPlane(), operators: OperationsBench.operators) { port, _ in
      try await RunningServer.request(port: port, Self.get("/api/events")) { incoming in
        try await incoming.expect("RES_008")
      }
      let text = Self.get("/api/events", "Authorization: Bearer viewer-token-0001\r\n")
      try await RunningServer.request(port: port, text) { incoming in
        try await incoming.expect("event: snapshot")
      }
    }
  }

  @Test("an address in use is an error that says what to do")
  func addressInUse() async throws {
    try await RunningServer.with(ScriptedControlPlane()) { port, _ in
      let second = try OperationsServer(
        configuration: .init(port: port), plane: ScriptedControlPlane(),
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      let failure = await #expect(throws: OperationsListenFailure.self) { try await second.run() }
      #expect(failure?.address == "127.0.0.1:\(port)")
      #expect(failure?.description.contains("operations.listen") == true)
    }
  }

  @Test("the server answers while every thread of the shared pool is blocked")
  func answersWhileBlocked() async throws {
    try await RunningServer.with(ScriptedControlPlane()) { port, _ in
      let answers = await PoolBlocker().whileBlocked {
        ["/health/ready", "/api/dependencies", "/metrics"].map { BlockingClient.get(port: port, path: $0) }
      }
      for answer in answers { #expect(answer.hasPrefix("HTTP/1.1 200 OK"), "\(answer)") }
    }
  }
}
