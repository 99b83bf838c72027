import NIOCore
import Resilience
import ResilienceHTTPClient

#if canImport(Glibc)
  import Glibc
#endif

extension ResilientHTTPClient.Configuration {
  /// Waits between attempts that a test does not notice.
  static func quick(
    attempts: Int = 3, timeout: Duration = .seconds(120), attemptTimeout: Duration = .seconds(60),
    maxRetryAfter: Duration = .seconds(10), failures: Int? = 50, bulkhead: Bulkhead.Configuration = .init(),
    maxResponseBytes: Int = 10 << 20
  ) -> Self {
    Self(
      timeout: timeout, attemptTimeout: attemptTimeout,
      retry: .init(
        maxAttempts: attempts, backoff: .constant(.milliseconds(1)), maxRetryAfter: maxRetryAfter),
      circuitBreaker: .init(consecutiveFailures: failures), bulkhead: bulkhead, maxResponseBytes: maxResponseBytes)
  }
}

extension TestServer {
  func client(
    _ configuration: ResilientHTTPClient.Configuration = .quick(), observer: (any Observer)? = nil
  ) throws -> ResilientHTTPClient {
    try ResilientHTTPClient(baseURL: self.url, configuration: configuration, observer: observer)
  }
}

/// A port that is taken but refuses connections: bound, not listening.
final class RefusingPort: Sendable {
  let socket: CInt
  let port: Int

  init() {
    self.socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = self.socket
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(socket, $0, length)
        _ = getsockname(socket, $0, &length)
      }
    }
    self.port = Int(UInt16(bigEndian: address.sin_port))
  }

  var url: String { "http://127.0.0.1:\(self.port)" }
}

/// Body parts from memory, as a stream that counts how often it was made.
struct Parts: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  let texts: [String]

  struct AsyncIterator: AsyncIteratorProtocol {
    var rest: ArraySlice<String>
    mutating func next() async throws -> ByteBuffer? { self.rest.popFirst().map { ByteBuffer(string: $0) } }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: self.texts[...]) }
}

/// What an asynchronous call throws; nil if it throws nothing.
func thrown<Failure: Error>(_ type: Failure.Type, _ body: () async throws -> Void) async -> Failure? {
  do {
    try await body()
    return nil
  } catch {
    return error as? Failure
  }
}
