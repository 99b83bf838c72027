import HTTPTypes
import Resilience
import ResilienceHTTPClient
import Testing

@Suite(.timeLimit(.minutes(20))) struct GateTests {
  @Test("R12.1 an open breaker refuses without touching the server, and says why")
  func breaker() async throws {
    let server = try TestServer([.respond(500)])
    let client = try server.client(.quick(attempts: 1, failures: 3))
    for _ in 1...3 { #expect(try await client.get("/").status == .internalServerError) }
    let rejection = await thrown(Rejection.self) { _ = try await client.get("/") }
    #expect(rejection?.reason == .circuitOpen && rejection?.retryAfter != nil)
    #expect(rejection?.lastCause as? FailingResult == FailingResult(.server))
    #expect(server.requests.count == 3)
  }

  @Test("R12.1 the breaker sees every attempt, and ends the retries when it opens")
  func breakerInsideRetry() async throws {
    let server = try TestServer([.respond(500)])
    let client = try server.client(.quick(attempts: 5, failures: 2))
    let rejection = await thrown(Rejection.self) { _ = try await client.get("/") }
    #expect(rejection?.reason == .circuitOpen)
    #expect(server.requests.count == 2)
  }

  @Test("R12.1 the server never sees more requests at a time than the bulkhead admits; the rest is refused")
  func bulkhead() async throws {
    let server = try TestServer([.hold])
    let client = try server.client(.quick(attempts: 1, bulkhead: .init(maxConcurrent: 3, maxQueue: 2)))
    try await withThrowingTaskGroup(of: Rejection.Reason?.self) { group in
      for _ in 1...8 {
        group.addTask {
          do {
            _ = try await client.get("/")
            return nil
          } catch let rejection as Rejection {
            return rejection.reason
          }
        }
      }
      // Three are inside, two wait, three are refused: those come back first.
      var refused: [Rejection.Reason?] = []
      while refused.count < 3, let reason = try await group.next() { refused.append(reason) }
      #expect(refused == [.bulkheadFull, .bulkheadFull, .bulkheadFull])
      await server.until { $0.requests.count == 3 }
      server.release()
      for try await reason in group { #expect(reason == nil) }
    }
    #expect(server.requests.count == 5)
    #expect(server.mostInFlight <= 3)
    #expect(client.bulkhead.occupancy.inside == 0)
  }

  @Test("R12.1 a bulkhead's refusal teaches the breaker nothing")
  func refusalIsNoEvidence() async throws {
    let server = try TestServer([.hold])
    let client = try server.client(.quick(attempts: 1, failures: 1, bulkhead: .init(maxConcurrent: 1)))
    let first = Task { try await client.get("/").status }
    await server.until { $0.requests.count == 1 }
    let rejection = await thrown(Rejection.self) { _ = try await client.get("/") }
    #expect(rejection?.reason == .bulkheadFull)
    #expect(client.circuitBreaker.state() == .closed)
    server.release()
    #expect(try await first.value == .ok)
  }

  @Test("R12.1 breaker and bulkhead can be shared with other callers of the same dependency")
  func shared() async throws {
    let server = try TestServer([.respond(200)])
    let breaker = CircuitBreaker("payments")
    let bulkhead = Bulkhead("payments")
    let client = try ResilientHTTPClient(baseURL: server.url, circuitBreaker: breaker, bulkhead: bulkhead)
    breaker.take(.isolated, reason: "maintenance", actor: "ops")
    let rejection = await thrown(Rejection.self) { _ = try await client.get("/") }
    #expect(rejection?.reason == .isolated && server.requests.isEmpty)
    #expect(client.bulkhead === bulkhead)
  }
}
