import HTTPTypes
import Resilience
import ResilienceHTTPClient
import Testing

@Suite(.timeLimit(.minutes(20))) struct OutgoingTests {
  @Test("R12.1 a trace id as the task's correlation id becomes X-Correlation-ID and traceparent")
  func traceID() async throws {
    let server = try TestServer([.respond(200)])
    let client = try server.client()
    let id = "4bf92f3577b34da6a3ce929d0e0e4736"
    _ = try await CorrelationID.$current.withValue(id) { try await client.get("/") }
    let request = try #require(server.requests.first)
    #expect(request["X-Correlation-ID"] == id)
    let parts = try #require(request["traceparent"]).split(separator: "-")
    #expect(parts.count == 4 && parts[0] == "00" && parts[1] == id && parts[2].count == 16 && parts[3] == "01")
  }

  @Test("R12.1 any other correlation id is sent without traceparent; one that would split fields is not sent")
  func otherID() async throws {
    let server = try TestServer([.respond(200)])
    let client = try server.client()
    _ = try await CorrelationID.$current.withValue("order-7") { try await client.get("/") }
    _ = try await CorrelationID.$current.withValue("a\r\nX-Evil: 1") { try await client.get("/") }
    #expect(server.requests[0]["X-Correlation-ID"] == "order-7" && server.requests[0]["traceparent"] == nil)
    #expect(server.requests[1]["X-Correlation-ID"] == nil && server.requests[1]["X-Evil"] == nil)
  }

  @Test("R12.1 what the caller has set stays")
  func ownFields() async throws {
    let server = try TestServer([.respond(200)])
    let client = try server.client()
    let name = try #require(HTTPField.Name("X-Correlation-ID"))
    _ = try await CorrelationID.$current.withValue("task") { try await client.get("/", fields: [name: "mine"]) }
    #expect(server.requests[0].fields.filter { $0.name == "X-Correlation-ID" }.map(\.value) == ["mine"])
  }

  @Test("R12.1 the time that is left is sent: the attempt's, or the task's if that is less")
  func deadline() async throws {
    let server = try TestServer([.respond(200)])
    let client = try server.client(.quick(timeout: .seconds(120), attemptTimeout: .seconds(60)))
    _ = try await client.get("/")
    _ = try await Deadline.$current.withValue(Deadline(after: .seconds(30))) { try await client.get("/") }
    let sent = server.requests.compactMap { $0["X-Resilience-Deadline-Ms"].flatMap { Int($0) } }
    try #require(sent.count == 2)
    #expect((30_001...60_000).contains(sent[0]) && (1...30_000).contains(sent[1]))
  }

  @Test("R12.1 a redirect is returned, not followed")
  func redirect() async throws {
    let server = try TestServer([.respond(302, [("Location", "/elsewhere")]), .respond(200)])
    #expect(try await server.client().get("/").status == .found)
    #expect(server.requests.count == 1)
  }

  @Test("R12.1 authority and scheme of a request cannot lead it away from the base URL")
  func otherHost() async throws {
    let server = try TestServer([.respond(200)])
    let request = HTTPRequest(method: .get, scheme: "https", authority: "example.com", path: "//example.com/x")
    #expect(try await server.client().execute(request).status == .ok)
    #expect(server.requests.map(\.path) == ["//example.com/x"])
  }

  @Test(
    "R12.1 a path that would split the request is refused before anything is sent", arguments: ["/a b", "/a#b", "/ä"])
  func path(path: String) async throws {
    let server = try TestServer([.respond(200)])
    let client = try server.client()
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.get(path) }
    #expect(failure?.kind == .invalidRequest && failure?.transmission == .neverSent)
    #expect(server.requests.isEmpty)
  }
}
