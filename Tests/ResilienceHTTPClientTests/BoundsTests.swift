import HTTPTypes
import NIOCore
import Resilience
import ResilienceHTTPClient
import Testing

@Suite(.timeLimit(.minutes(20))) struct BoundsTests {
  @Test("R12.1 a body of exactly the limit passes, one byte more is a typed error and is not repeated")
  func size() async throws {
    let server = try TestServer([.respond(200, [], "1234"), .respond(200, [], "12345")])
    let client = try server.client(.quick(failures: 1, maxResponseBytes: 4))
    #expect(try await client.get("/").text == "1234")
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.get("/") }
    #expect(failure?.kind == .responseTooLarge && failure?.transmission == .answered)
    #expect(failure?.response?.status == .ok)
    #expect(server.requests.count == 2)
    #expect(client.circuitBreaker.state() == .closed)
  }

  @Test("R12.1 the limit holds to the byte for a body of unknown length")
  func sizeWithoutLength() async throws {
    let chunked = [("Transfer-Encoding", "chunked")]
    let server = try TestServer([.respond(200, chunked, "1234"), .respond(200, chunked, "12345")])
    let client = try server.client(.quick(maxResponseBytes: 4))
    #expect(try await client.get("/").text == "1234")
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.get("/") }
    #expect(failure?.kind == .responseTooLarge)
  }

  @Test("R12.1 an endless body without a length is cut off at the limit, and its connection closed")
  func endless() async throws {
    let server = try TestServer([.endlessBody])
    let client = try server.client(.quick(maxResponseBytes: 100_000))
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.get("/") }
    #expect(failure?.kind == .responseTooLarge)
    await server.until { $0.openConnections == 0 }
  }

  @Test("R1.5 a 503 whose body is too large stays a failure of the server: it is repeated")
  func tooLargeFailure() async throws {
    let server = try TestServer([.respond(503, [], "12345"), .respond(200, [], "ok")])
    let client = try server.client(.quick(maxResponseBytes: 4))
    #expect(try await client.get("/").attempts == 2)
  }

  @Test("R12.1 HEAD announces a length and has no body: no limit applies")
  func head() async throws {
    let server = try TestServer([.respond(200, [], "12345")])
    let client = try server.client(.quick(maxResponseBytes: 4))
    let response = try await client.execute(client.request(.head, "/"))
    #expect(response.status == .ok && response.bytes.isEmpty)
  }

  @Test("R3.1 an attempt without an answer ends at its time-out; a GET is repeated, the connection closed")
  func attemptTimeout() async throws {
    let server = try TestServer([.hold, .respond(200)])
    // The second attempt must be answered within it on a machine under load, too.
    let client = try server.client(.quick(timeout: .seconds(60), attemptTimeout: .seconds(3)))
    #expect(try await client.get("/").attempts == 2)
    await server.until { $0.openConnections == 1 }
  }

  @Test("R2.6 the breaker's time limit ends an attempt, and counts as a failure")
  func breakerLimit() async throws {
    let server = try TestServer([.hold])
    var configuration = ResilientHTTPClient.Configuration.quick(attempts: 1, failures: 1)
    configuration.circuitBreaker.callTimeout = .milliseconds(100)
    let client = try server.client(configuration)
    let rejection = await thrown(Rejection.self) { _ = try await client.get("/") }
    #expect(rejection?.reason == .timeout && rejection?.name == client.circuitBreaker.name)
    #expect(client.circuitBreaker.state() == .open)
  }

  @Test("R3.1 the time-out covers the body: a head and a stalled body are not enough")
  func bodyTimeout() async throws {
    let server = try TestServer([.stallMidBody])
    let client = try server.client(.quick(attempts: 1, attemptTimeout: .milliseconds(100), failures: 1))
    let rejection = await thrown(Rejection.self) { _ = try await client.get("/") }
    #expect(rejection?.reason == .timeout && rejection?.policy == .timeout)
    #expect(client.circuitBreaker.state() == .open)
    await server.until { $0.openConnections == 0 }
  }

  @Test("R3.1 the whole call's time-out ends attempts and waits, and covers the handler of a stream")
  func wholeTimeout() async throws {
    let server = try TestServer([.stallMidBody])
    let client = try server.client()
    let rejection = await thrown(Rejection.self) {
      try await client.withResponse(to: client.request(.get, "/"), options: .init(timeout: .milliseconds(100))) {
        for try await _ in $0.body {}
      }
    }
    #expect(rejection?.reason == .timeout && rejection?.name == client.name)
    await server.until { $0.openConnections == 0 }
    #expect(client.bulkhead.occupancy.inside == 0)
  }

  @Test("R3.1 the task's deadline bounds the call, and is told apart from the client's own time-out")
  func taskDeadline() async throws {
    let server = try TestServer([.hold])
    let client = try server.client()
    let rejection = await Deadline.$current.withValue(Deadline(after: .milliseconds(100))) {
      await thrown(Rejection.self) { _ = try await client.get("/") }
    }
    #expect(rejection?.reason == .deadlineExceeded)
  }

  @Test("R3.1 the caller's cancellation is a CancellationError, closes the connection and leaks no place")
  func cancellation() async throws {
    let server = try TestServer([.hold])
    let client = try server.client(.quick(failures: 1))
    let call = Task { _ = try await client.get("/") }
    await server.until { $0.requests.count == 1 }
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
    await server.until { $0.openConnections == 0 }
    #expect(client.bulkhead.occupancy.inside == 0 && client.circuitBreaker.state() == .closed)
    #expect(server.requests.count == 1)
  }

  @Test("R3.1 cancelled while it reads a body: a CancellationError, not a short body; the connection is closed")
  func cancelledWhileReading() async throws {
    let server = try TestServer([.stallMidBody])
    let client = try server.client(.quick(failures: 1))
    let (arrived, arrival) = AsyncStream<Void>.makeStream()
    let call = Task {
      try await client.withResponse(to: client.request(.get, "/")) { response in
        for try await _ in response.body { arrival.yield() }
      }
    }
    for await _ in arrived { break }
    call.cancel()
    await #expect(throws: CancellationError.self) { try await call.value }
    await server.until { $0.openConnections == 0 }
    #expect(client.bulkhead.occupancy.inside == 0 && client.circuitBreaker.state() == .closed)
  }

  @Test("R3.1 many calls cancelled at any point leave no place taken and no connection half used")
  func manyCancelled() async throws {
    let server = try TestServer([.hold, .stallMidBody])
    let client = try server.client(.quick(bulkhead: .init(maxConcurrent: 10, maxQueue: 100)))
    let calls = (1...40).map { _ in Task { _ = try await client.get("/") } }
    await server.until { $0.requests.count >= 5 }
    for call in calls { call.cancel() }
    for call in calls { await #expect(throws: CancellationError.self) { try await call.value } }
    #expect(client.bulkhead.occupancy == (inside: 0, waiting: 0))
    #expect(client.circuitBreaker.state() == .closed)
    await server.until { $0.openConnections == 0 }
  }
}
