import NIOCore
import NIOHTTP1
import Resilience
import ResilienceConfiguration

struct RequestTarget {
  let dependency: Substring
  let forwardedPath: String
  var isReserved: Bool { self.dependency == "_resilience" }
  init(uri: String) throws {
    let rest = uri.dropFirst()
    self.dependency = rest.prefix { $0 != "/" && $0 != "?" }
    let tail = rest.dropFirst(self.dependency.count)
    self.forwardedPath = tail.first == "/" ? String(tail) : "/" + tail
  }
}
enum UpstreamTarget { static func join(basePath: String, forwardedPath: String) -> String { basePath + forwardedPath } }
enum HopByHop { static func remove(from headers: inout HTTPHeaders) { for name in ["Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade"] { headers.remove(name: name) } } }
enum PrivateHeaders { static func remove(from headers: inout HTTPHeaders) { headers.remove(name: "X-Resilience-Tier") } }
enum ForwardedHeaders {
  static func write(to headers: inout HTTPHeaders, request: GatewayRequest, trustedProxies: [AddressRange], viaName: String) { headers.add(name: "Via", value: "1.1 \(viaName)") }
}
enum DeadlineHeaders {
  static func read(_ headers: HTTPHeaders) -> (nanoseconds: Int64?, Int) { (headers.first(name: "X-Resilience-Deadline-Ms").flatMap { Int64($0) }.map { $0 * 1_000_000 }, 0) }
  static func write(remainingNanoseconds: Int64?, to headers: inout HTTPHeaders) {}
}
final class ResponseCache: Sendable { init(maxEntries: Int, maxBytes: Int, maxEntryBytes: Int) {} }
extension GatewayCall {
  struct Collector { func append(_ part: ByteBuffer) {} }
  func collector(_ head: HTTPResponseHead) -> Collector? { nil }
  func remember(_ collector: Collector) {}
  func forgetChanged(status: Int) {}
  func serveFresh() async throws -> Bool { false }
  func serveStale(maxAge: Duration, because error: any Error) async throws -> Bool { false }
}
extension GatewayService {
  func target(_ uri: String) throws -> RequestTarget { try RequestTarget(uri: uri) }
  func wholePath(_ uri: String) throws -> String { uri }
  func check(_ head: HTTPRequestHead) throws {}
}
