import AsyncHTTPClient
import HTTPTypes
import NIOCore
import Resilience
import ResilienceHTTPClient
import ResilienceTesting
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite(.timeLimit(.minutes(20))) struct ConnectionTests {
  @Test("R1.6 nobody listens: never sent, repeated for a POST too, and the error comes at once")
  func refused() async throws {
    let port = RefusingPort()
    let recorder = EventRecorder()
    let client = try ResilientHTTPClient(baseURL: port.url, configuration: .quick(), observer: recorder)
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.execute(client.request(.post, "/")) }
    #expect(failure?.kind == .connectionRefused && failure?.transmission == .neverSent)
    #expect(failure?.category == .connection && failure?.authority == "127.0.0.1:\(port.port)")
    #expect(recorder.lines.filter { $0.contains("again in") }.count == 2)
  }

  @Test("R1.6 a host that takes no connections in time: never sent")
  func connectTimeout() async throws {
    let port = SilentPort()
    var settings = HTTPClient.Configuration.resilient
    settings.timeout.connect = .milliseconds(100)
    let httpClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    let client = try ResilientHTTPClient(
      baseURL: port.url, configuration: .quick(attempts: 1), httpClient: httpClient)
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.get("/") }
    #expect(failure?.kind == .connectTimeout && failure?.transmission == .neverSent)
    try await httpClient.shutdown()
  }

  @Test("R1.6 a name without an address: never sent")
  func nameResolution() async throws {
    let client = try ResilientHTTPClient(baseURL: "http://nowhere.invalid", configuration: .quick(attempts: 1))
    var failure = await thrown(HTTPClientFailure.self) { _ = try await client.get("/") }
    // A resolver that got no turn for the ten seconds of a connection is told as one that was slow: it is asked again.
    for _ in 0..<5 where failure?.kind == .connectTimeout {
      #expect(failure?.transmission == .neverSent)
      failure = await thrown(HTTPClientFailure.self) { _ = try await client.get("/") }
    }
    #expect(failure?.kind == .nameResolution && failure?.transmission == .neverSent, "\(String(describing: failure))")
  }

  @Test("R1.6 a server that does not speak TLS: the handshake fails, never sent")
  func tls() async throws {
    let server = try TestServer([.respond(200)])
    let client = try ResilientHTTPClient(
      baseURL: "https://127.0.0.1:\(server.port)", configuration: .quick(attempts: 1))
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.get("/") }
    #expect(failure?.kind == .tlsHandshake && failure?.transmission == .neverSent)
    #expect(server.requests.isEmpty)
  }

  @Test("R1.6 what comes back is not HTTP: the server's failure")
  func garbage() async throws {
    let server = try TestServer([.garbage])
    let failure = await thrown(HTTPClientFailure.self) {
      _ = try await server.client(.quick(attempts: 1)).get("/")
    }
    #expect(failure?.kind == .invalidResponse && failure?.category == .server && failure?.transmission == .unknown)
  }

  @Test("R1.6 the server closes without an answer: unknown")
  func closed() async throws {
    let server = try TestServer([.close])
    let failure = await thrown(HTTPClientFailure.self) {
      _ = try await server.client(.quick(attempts: 1)).get("/")
    }
    #expect(failure?.kind == .connectionClosed && failure?.transmission == .unknown)
  }

  @Test("R12.1 an HTTP client that was shut down is nobody's failure and not asked again")
  func shutDown() async throws {
    let server = try TestServer([.respond(200)])
    let httpClient = HTTPClient(eventLoopGroupProvider: .singleton, configuration: .resilient)
    try await httpClient.shutdown()
    let client = try ResilientHTTPClient(
      baseURL: server.url, configuration: .quick(failures: 1), httpClient: httpClient)
    let failure = await thrown(HTTPClientFailure.self) { _ = try await client.get("/") }
    #expect(failure?.kind == .shutDown)
    #expect(client.circuitBreaker.state() == .closed)
  }

  @Test(
    "R12.1 a base URL that is none is refused, without showing it",
    arguments: [
      "", "example.com", "ftp://example.com", "http://", "http://:80", "http://a:0", "http://a:99999", "http://a:x",
      "https://user:secret@example.com", "http://a/?q=secret", "http://a#b", "http://a b", "http://[::1",
    ])
  func baseURL(url: String) {
    let error = #expect(throws: InvalidConfiguration.self) { _ = try ResilientHTTPClient(baseURL: url) }
    #expect(error?.problems.map(\.setting) == ["baseURL"])
    #expect(error?.description.contains("secret") == false)
  }

  @Test("R12.1 settings that make no sense are refused all at once")
  func configuration() {
    var configuration = ResilientHTTPClient.Configuration(timeout: .zero, maxResponseBytes: -1)
    configuration.retry.maxAttempts = 0
    configuration.bulkhead.maxConcurrent = 0
    let error = #expect(throws: InvalidConfiguration.self) {
      _ = try ResilientHTTPClient(baseURL: "http://a", configuration: configuration)
    }
    let settings = error?.problems.map(\.setting)
    #expect(settings == ["timeout", "maxResponseBytes", "retry.maxAttempts", "bulkhead.maxConcurrent"])
  }
}

/// A port that listens and takes no connections: its queue is full, so that the kernel ignores whoever knocks.
private final class SilentPort: Sendable {
  private let refusing = RefusingPort()
  private let knockers: [CInt]

  init() {
    listen(self.refusing.socket, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = in_port_t(UInt16(self.refusing.port).bigEndian)
    self.knockers = (1...4).map { _ in
      let knocker = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
      withUnsafePointer(to: address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          _ = connect(knocker, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      return knocker
    }
  }

  var url: String { self.refusing.url }
}
