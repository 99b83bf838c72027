import NIOHTTP1
import Testing

@testable import ResilienceGateway

@Suite struct HopByHopTests {
  @Test("R12.7 fields of one connection are not passed on, whatever their case")
  func known() {
    var headers: HTTPHeaders = [
      "connection": "close", "KEEP-ALIVE": "timeout=5", "te": "trailers", "Trailer": "X",
      "Transfer-Encoding": "chunked",
      "upgrade": "h2c", "HTTP2-Settings": "AAA", "Proxy-Authorization": "Basic x", "proxy-connection": "close",
      "Proxy-Authenticate": "Basic", "Proxy-Anything": "1", "Accept": "*/*", "Content-Length": "5",
    ]
    HopByHop.remove(from: &headers)
    #expect(headers.map(\.name) == ["Accept", "Content-Length"])
  }

  @Test("R12.7 what Connection nominates is not passed on")
  func nominated() {
    var headers: HTTPHeaders = [
      "Connection": "close, X-Hop ,, x-other", "connection": "X-Third", "X-Hop": "1", "X-OTHER": "2", "x-third": "3",
      "X-Stays": "4",
    ]
    HopByHop.remove(from: &headers)
    #expect(headers.map(\.name) == ["X-Stays"])
  }

  @Test(
    "R12.7 a caller cannot nominate away what a dependency relies on",
    arguments: [
      "Host", "Authorization", "Content-Length", "content-type", "X-Forwarded-For", "x-forwarded-proto", "Forwarded",
      "Cookie", "Via", "X-Real-IP", "X-Resilience-Tier", "If-Match", "Range", "Cache-Control", "Origin",
      "X-Correlation-ID", "traceparent", "Idempotency-Key", "Vary", "Set-Cookie", "grpc-timeout",
    ])
  func endToEnd(name: String) {
    var headers: HTTPHeaders = ["Connection": "close, \(name)", name: "value"]
    HopByHop.remove(from: &headers)
    #expect(headers.map(\.name) == [name])
  }
}
