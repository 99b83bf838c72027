import HTTPTypes
import Resilience
import ResilienceHTTPClient
import ResilienceTesting
import Testing

@Suite(.timeLimit(.minutes(20))) struct RetryTests {
  @Test("R12.1 a GET goes to the base URL and comes back with status, fields and body")
  func plain() async throws {
    let server = try TestServer([.respond(200, [("X-Kind", "models")], "[]")])
    let client = try ResilientHTTPClient(baseURL: server.url + "/api/", configuration: .quick())
    let response = try await client.get("/v1/models?limit=2")
    #expect(response.status == .ok && response.text == "[]" && response.attempts == 1)
    #expect(response.headerFields[try #require(HTTPField.Name("X-Kind"))] == "models")
    #expect(server.requests.map(\.path) == ["/api/v1/models?limit=2"])
  }

  @Test("R1.5 a 503 response is a failure that throws nothing: a GET is repeated until it succeeds")
  func failingResult() async throws {
    let server = try TestServer([.respond(503), .respond(500), .respond(200, [], "ok")])
    let response = try await server.client().get("/")
    #expect(response.text == "ok" && response.attempts == 3)
  }

  @Test("R1.5 when attempts end the last failing response comes back as it is")
  func lastWord() async throws {
    let server = try TestServer([.respond(503, [], "first"), .respond(502, [], "last")])
    let response = try await server.client(.quick(attempts: 2)).get("/")
    #expect(response.status == .badGateway && response.text == "last" && response.attempts == 2)
  }

  @Test("R1.6 what the caller did wrong is not repeated", arguments: [400, 401, 403, 404, 409, 410, 412, 422])
  func permanent(status: Int) async throws {
    let server = try TestServer([.respond(status)])
    let client = try server.client(.quick(failures: 1))
    #expect(try await client.get("/").status.code == status)
    #expect(server.requests.count == 1)
    #expect(client.circuitBreaker.state() == .closed)
  }

  @Test("R1.6 429, 502, 503, 504 and other 5xx are repeated", arguments: [429, 500, 502, 503, 504])
  func transient(status: Int) async throws {
    let server = try TestServer([.respond(status), .respond(200)])
    #expect(try await server.client().get("/").status == .ok)
  }

  @Test("R1.6 a POST is not repeated after a 503, but with an Idempotency-Key or on request it is")
  func nonIdempotent() async throws {
    let server = try TestServer([.respond(503)])
    let client = try server.client()
    let post = client.request(.post, "/orders")
    #expect(try await client.execute(post).attempts == 1)
    let key = try #require(HTTPField.Name("Idempotency-Key"))
    let keyed = client.request(.post, "/orders", [key: "order-1"])
    #expect(try await client.execute(keyed, body: .text("x")).attempts == 3)
    #expect(try await client.execute(post, options: .init(isIdempotent: true)).attempts == 3)
  }

  @Test("R1.7 Retry-After in seconds is waited for, never less", .timeLimit(.minutes(20)))
  func retryAfter() async throws {
    let recorder = EventRecorder()
    let server = try TestServer([.respond(503, [("Retry-After", "1")]), .respond(200)])
    let started = ContinuousClock.now
    let response = try await server.client(observer: recorder).get("/")
    #expect(response.attempts == 2)
    #expect(ContinuousClock.now - started >= .seconds(1))
    #expect(recorder.lines.contains { $0.contains("again in 1") })
  }

  @Test("R1.7 a Retry-After longer than allowed is not waited for: the response comes back at once with it")
  func retryAfterTooLong() async throws {
    let server = try TestServer([.respond(429, [("Retry-After", "3600")])])
    let client = try server.client()
    let response = try await client.get("/")
    #expect(response.status == .tooManyRequests && response.attempts == 1)
    let failure = await thrown(HTTPClientFailure.self) {
      _ = try await client.get("/", options: .init(throwing: true))
    }
    #expect(failure?.retryAfter == .seconds(3600) && failure?.category == .rateLimited && failure?.kind == .status)
  }

  @Test("R1.7 Retry-After as an HTTP date, and the reset of a rate limit, are understood")
  func otherForms() async throws {
    let server = try TestServer([
      .respond(503, [("Retry-After", "Fri, 31 Dec 2100 23:59:59 GMT")]),
      .respond(429, [("X-RateLimit-Reset", "3600")]), .respond(500, [("X-RateLimit-Reset", "3600")]),
    ])
    let client = try server.client()
    var waits: [Duration?] = []
    for _ in 1...3 {
      let post = client.request(.post, "/")
      let failure = await thrown(HTTPClientFailure.self) {
        _ = try await client.execute(post, options: .init(throwing: true))
      }
      waits.append(failure?.retryAfter)
    }
    #expect(try #require(waits[0]) > .seconds(86_400 * 365))
    #expect(waits[1] == .seconds(3600) && waits[2] == nil)
  }

  @Test("R1.5 a predicate of one's own decides what is repeated")
  func predicate() async throws {
    let server = try TestServer([.respond(503)])
    var configuration = ResilientHTTPClient.Configuration.quick()
    configuration.retry.isRetryable = { ($0 as? FailingResult)?.category != .unavailable }
    #expect(try await server.client(configuration).get("/").attempts == 1)
  }

  @Test("R1.7 a Retry-After beyond the deadline is not waited for")
  func retryAfterBeyondDeadline() async throws {
    let server = try TestServer([.respond(503, [("Retry-After", "60")])])
    let client = try server.client(.quick(timeout: .seconds(20), maxRetryAfter: .seconds(100)))
    #expect(try await client.get("/").attempts == 1)
  }

  @Test("R1.6 a connection reset before the head is repeated for a GET, not for a POST")
  func reset() async throws {
    let server = try TestServer([.reset, .respond(200), .reset])
    let client = try server.client()
    #expect(try await client.get("/").attempts == 2)
    let failure = await thrown(HTTPClientFailure.self) {
      _ = try await client.execute(client.request(.post, "/"), body: .text("x"))
    }
    #expect(failure?.kind == .connectionClosed && failure?.transmission == .unknown)
    #expect(failure?.category == .connection)
    #expect(server.requests.map(\.method) == ["GET", "GET", "POST"])
  }

  @Test("R1.6 a refused POST was never sent: it is repeated, and arrives when the service is back")
  func refused() async throws {
    let port = RefusingPort()
    let server = Lock<TestServer?>(nil)
    let starter = Starter { server.withLock { $0 = try? TestServer([.respond(201)], on: port.socket) } }
    let client = try ResilientHTTPClient(baseURL: port.url, configuration: .quick(), observer: starter)
    let response = try await client.execute(client.request(.post, "/orders"), body: .text("order"))
    #expect(response.status == .created && response.attempts == 2)
    #expect(server.withLock { $0?.requests.map(\.body) } == ["order"])
  }

  @Test("R12.1 an idle connection that the server closes under a new request: a GET is repeated, a POST is not")
  func reusedConnection() async throws {
    let server = try TestServer([.respond(200), .close, .respond(200), .close])
    let client = try server.client()
    _ = try await client.get("/")
    #expect(try await client.get("/").attempts == 2)
    #expect(server.requests.map(\.connection) == [1, 1, 2])
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.execute(client.request(.post, "/")) }
    #expect(failure?.kind == .connectionClosed && failure?.transmission == .unknown)
    #expect(server.requests.last?.connection == 2)
  }
}

/// Does something once, at the first failed attempt.
private final class Starter: Observer {
  private let action: Lock<(@Sendable () -> Void)?>

  init(_ action: @escaping @Sendable () -> Void) { self.action = Lock(action) }

  func observe(_ event: Event) {
    guard case .attemptFailed = event.kind else { return }
    let action = self.action.withLock { action in
      defer { action = nil }
      return action
    }
    action?()
  }
}
