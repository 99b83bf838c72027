import HTTPTypes
import NIOCore
import Resilience
import ResilienceHTTPClient
import ResilienceTesting
import Testing

@Suite(.timeLimit(.minutes(20))) struct StreamingTests {
  @Test("R12.1 a streamed response arrives part by part, and its place is held until the handler is done")
  func held() async throws {
    let server = try TestServer([.stallMidBody])
    let client = try server.client()
    let request = client.request(.get, "/")
    let text = try await client.withResponse(to: request) { response in
      #expect(response.status == .ok && response.attempts == 1)
      var text = ""
      var iterator = response.body.makeAsyncIterator()
      if let part = try await iterator.next() { text += String(buffer: part) }
      #expect(client.bulkhead.occupancy.inside == 1)
      return text
    }
    #expect(text == "partial")
    #expect(client.bulkhead.occupancy.inside == 0)
    // What was left unread is dropped, with its connection.
    await server.until { $0.openConnections == 0 }
  }

  @Test("R12.1 a handler that reads nothing drops the body with its connection")
  func unread() async throws {
    let server = try TestServer([.endlessBody])
    let client = try server.client()
    let status = try await client.withResponse(to: client.request(.get, "/")) { $0.status }
    #expect(status == .ok)
    await server.until { $0.openConnections == 0 }
  }

  @Test("R12.1 a body that breaks while it is streamed is an error of the connection, counts, and is not repeated")
  func broken() async throws {
    let server = try TestServer([.resetMidBody, .respond(200)])
    let client = try server.client(.quick(failures: 1))
    let failure = await thrown(HTTPClientFailure.self) {
      try await client.withResponse(to: client.request(.get, "/")) { for try await _ in $0.body {} }
    }
    #expect(failure?.kind == .connectionClosed && failure?.transmission == .answered)
    #expect(client.circuitBreaker.state() == .open)
    #expect(server.requests.count == 1)
  }

  @Test("R1.5 a body that breaks while it is buffered is repeated for a GET, not for a POST")
  func brokenBuffered() async throws {
    let server = try TestServer([.resetMidBody, .respond(200, [], "whole"), .resetMidBody])
    let client = try server.client()
    #expect(try await client.get("/").text == "whole")
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.execute(client.request(.post, "/")) }
    #expect(failure?.transmission == .answered)
    #expect(server.requests.count == 3)
  }

  @Test("R1.5 while streaming a 503 is repeated before the handler runs; the last one reaches it, body and all")
  func failingStream() async throws {
    let server = try TestServer([.respond(503, [], "busy"), .respond(200, [], "ok"), .respond(503, [], "busy")])
    let client = try server.client(.quick(attempts: 2))
    let request = client.request(.get, "/")
    let first = try await client.withResponse(to: request) { String(buffer: try await $0.body.collect()) }
    #expect(first == "ok")
    let second = try await client.withResponse(to: request) { ($0.status.code, try await $0.body.collect()) }
    #expect(second.0 == 503 && String(buffer: second.1) == "busy")
  }

  @Test("R12.1 what the handler throws passes unchanged, is not repeated and is no evidence")
  func handlerError() async throws {
    struct Mine: Error {}
    let server = try TestServer([.respond(200, [], "x")])
    let client = try server.client(.quick(failures: 1))
    await #expect(throws: Mine.self) {
      try await client.withResponse(to: client.request(.get, "/")) { _ in throw Mine() }
    }
    #expect(server.requests.count == 1 && client.circuitBreaker.state() == .closed)
    #expect(client.bulkhead.occupancy.inside == 0)
  }

  @Test("R12.1 a stream whose status is thrown never reaches the handler, gives its place back and is no failure")
  func throwingStatus() async throws {
    let server = try TestServer([.respond(404, [], "none")])
    let client = try server.client(.quick(failures: 1))
    let failure = await thrown(HTTPClientFailure.self) {
      try await client.withResponse(to: client.request(.get, "/"), options: .init(throwing: true)) { _ in
        _ = Issue.record("the handler ran")
      }
    }
    #expect(failure?.category == .notFound && failure?.response?.status == .notFound)
    #expect(client.bulkhead.occupancy.inside == 0 && client.circuitBreaker.state() == .closed)
  }

  @Test("R12.1 a body can be read once, and not after its scope")
  func misuse() async throws {
    let server = try TestServer([.respond(200, [], "x")])
    let client = try server.client()
    let (body, twice) = try await client.withResponse(to: client.request(.get, "/")) { response in
      _ = try await response.body.collect()
      return (response.body, await thrown(HTTPClientFailure.self) { _ = try await response.body.collect() })
    }
    #expect(twice?.kind == .responseBodyMisused)
    let late = await thrown(HTTPClientFailure.self) { _ = try await body.collect() }
    #expect(late?.kind == .responseBodyMisused)
  }

  @Test("R12.1 a body that is carried out of its scope unread is void there, and its connection closed")
  func escaped() async throws {
    let server = try TestServer([.endlessBody])
    let client = try server.client()
    let body = try await client.withResponse(to: client.request(.get, "/")) { $0.body }
    await server.until { $0.openConnections == 0 }
    let late = await thrown(HTTPClientFailure.self) { _ = try await body.collect() }
    #expect(late?.kind == .responseBodyMisused)
  }

  @Test("R12.1 a request's stream is sent, and once it was read it is not sent again")
  func consumedOnce() async throws {
    let server = try TestServer([.respond(503)])
    let client = try server.client()
    let body = RequestBody.stream(Parts(texts: ["ab", "cd"]), length: 4)
    let put = client.request(.put, "/")
    let response = try await client.execute(put, body: body)
    #expect(response.status == .serviceUnavailable && response.attempts == 1)
    #expect(server.requests.map(\.body) == ["abcd"])
    #expect(server.requests.first?["Content-Length"] == "4")
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.execute(put, body: body) }
    #expect(failure?.kind == .bodyAlreadyConsumed && failure?.transmission == .neverSent)
    #expect(server.requests.count == 1)
  }

  @Test("R12.1 a request's stream that nobody has touched is repeated: the connection was refused")
  func untouchedStream() async throws {
    let recorder = EventRecorder()
    let client = try ResilientHTTPClient(baseURL: RefusingPort().url, configuration: .quick(), observer: recorder)
    let body = RequestBody.stream(Parts(texts: ["ab"]))
    let failure = await thrown(HTTPClientFailure.self) {
      _ = try await client.execute(client.request(.put, "/"), body: body)
    }
    #expect(failure?.kind == .connectionRefused)
    #expect(recorder.lines.filter { $0.contains("again in") }.count == 2)
  }

  @Test("R12.1 a replayable stream is made anew for each attempt")
  func replayable() async throws {
    let server = try TestServer([.respond(503), .reset, .respond(200)])
    let client = try server.client()
    let made = Lock(0)
    let body = RequestBody.replayable {
      made.withLock { $0 += 1 }
      return Parts(texts: ["ab", "cd"])
    }
    #expect(try await client.execute(client.request(.put, "/"), body: body).attempts == 3)
    #expect(server.requests.map(\.body) == ["abcd", "abcd", "abcd"])
    #expect(made.withLock { $0 } == 3)
  }

  @Test("R12.1 an error of the request's own stream comes back as such, is not repeated and is no evidence")
  func throwingStream() async throws {
    struct Unreadable: Error {}
    let server = try TestServer([.respond(200)])
    let client = try server.client(.quick(failures: 1))
    let body = RequestBody.replayable {
      AsyncThrowingStream<ByteBuffer, any Error> { $0.finish(throwing: Unreadable()) }
    }
    let failure = await thrown(HTTPClientFailure.self) {
      _ = try await client.execute(client.request(.put, "/"), body: body)
    }
    #expect(failure?.kind == .requestBody && failure?.underlying is Unreadable)
    #expect(client.circuitBreaker.state() == .closed)
  }
}
