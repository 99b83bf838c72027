import NIOHTTP1
import ResilienceConfiguration
import Testing

@testable import ResilienceGateway

@Suite struct ForwardedHeadersTests {
  private static let proxies = ["10.0.0.0/8", "fd00::/8"].compactMap { AddressRange($0) }

  private static func written(_ headers: HTTPHeaders, from peer: String, tls: Bool = false) -> HTTPHeaders {
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/a", headers: headers)
    let request = GatewayRequest(head: head, remoteAddress: peer, localPort: 8080, isTLS: tls)
    var result = headers
    ForwardedHeaders.write(to: &result, request: request, trustedProxies: self.proxies, viaName: "gate-1")
    return result
  }

  private static let claims: HTTPHeaders = [
    "Host": "shop.example:8080", "X-Forwarded-For": "1.1.1.1", "X-Forwarded-For": "10.0.0.9",
    "X-Forwarded-Proto": "https", "X-Forwarded-Host": "www.example", "X-Forwarded-Port": "443",
    "X-Forwarded-Prefix": "/x", "Forwarded": "for=1.1.1.1;proto=https", "X-Real-IP": "1.1.1.1",
    "X-Original-URL": "/admin", "X-Rewrite-URL": "/admin", "True-Client-IP": "1.1.1.1",
  ]

  @Test("R12.7 what a stranger claims about the way of a request is replaced by what we see")
  func stranger() {
    let headers = Self.written(Self.claims, from: "192.0.2.7")
    #expect(headers["X-Forwarded-For"] == ["192.0.2.7"])
    #expect(headers["X-Forwarded-Proto"] == ["http"])
    #expect(headers["X-Forwarded-Host"] == ["shop.example:8080"])
    #expect(headers["X-Forwarded-Port"] == ["8080"])
    #expect(headers["Forwarded"] == ["for=192.0.2.7;host=\"shop.example:8080\";proto=http"])
    for name in ["X-Forwarded-Prefix", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "True-Client-IP"] {
      #expect(!headers.contains(name: name))
    }
    #expect(!headers.contains { $0.value.contains("1.1.1.1") })
  }

  @Test("R12.7 what a trusted proxy says is kept and added to", arguments: ["10.1.2.3", "::ffff:10.1.2.3"])
  func proxy(peer: String) {
    let headers = Self.written(Self.claims, from: peer)
    #expect(headers["X-Forwarded-For"] == ["1.1.1.1, 10.0.0.9, 10.1.2.3"])
    #expect(headers["X-Forwarded-Proto"] == ["https"])
    #expect(headers["X-Forwarded-Host"] == ["www.example"])
    #expect(headers["X-Forwarded-Port"] == ["443"])
    #expect(
      headers["Forwarded"] == ["for=1.1.1.1;proto=https, for=10.1.2.3;host=\"shop.example:8080\";proto=http"])
    #expect(headers["X-Real-IP"] == ["1.1.1.1"])
  }

  @Test("R12.7 addresses are written as the fields want them, and an unreadable peer is never trusted")
  func addresses() {
    let six = Self.written(["Host": "a"], from: "2001:db8::1%eth0", tls: true)
    #expect(six["X-Forwarded-For"] == ["2001:db8::1"])
    #expect(six["Forwarded"] == ["for=\"[2001:db8::1]\";host=a;proto=https"])
    let odd = Self.written(["X-Forwarded-For": "1.1.1.1", "Host": "a\"\\b"], from: "unix:/x\r\nA: b")
    #expect(odd["X-Forwarded-For"] == ["unknown"])
    #expect(odd["Forwarded"] == ["for=unknown;host=\"a\\\"\\\\b\";proto=http"])
    #expect(Self.written(["X-Forwarded-For": "1.1.1.1"], from: "fd00::5")["X-Forwarded-For"] == ["1.1.1.1, fd00::5"])
    #expect(!Self.written([:], from: "192.0.2.7").contains(name: "X-Forwarded-Host"))
  }

  @Test("R12.7 Via is added to, and finds a request that has gone round in a circle")
  func via() throws {
    #expect(Self.written([:], from: "192.0.2.7")["Via"] == ["1.1 gate-1"])
    let headers = Self.written(["Via": "1.0 fred, HTTP/2 a.example:80 (gate-1)"], from: "192.0.2.7")
    #expect(headers["Via"] == ["1.0 fred, HTTP/2 a.example:80 (gate-1), 1.1 gate-1"])
    #expect(ForwardedHeaders.isLoop(headers, viaName: "gate-1"))
    #expect(!ForwardedHeaders.isLoop(["Via": "1.0 fred, 1.1 a (gate-1)"], viaName: "gate-1"))
    #expect(!ForwardedHeaders.isLoop(["Via": "1.1 gate-10, gate-1"], viaName: "gate-1"))
    try ForwardedHeaders.checkLoop([:], viaName: "gate-1")
    let problem = #expect(throws: LoopProblem.self) {
      try ForwardedHeaders.checkLoop(["via": "1.1 a,1.1\tgate-1"], viaName: "gate-1")
    }
    #expect(problem?.status == 508)
  }

  @Test("R12.7 a tier, role or priority goes on only where the caller may claim it")
  func claims() {
    let sent: HTTPHeaders = [
      "x-resilience-tier": "gold", "X-Resilience-Role": "a", "X-Resilience-Priority": "1", "X-Resilience-Attempts": "3",
      "X-Resilience-Degraded": "x", "X-Correlation-ID": "c", "Accept": "a",
    ]
    var headers = sent
    PrivateHeaders.remove(from: &headers)
    #expect(headers.map(\.name) == ["X-Correlation-ID", "Accept"])
    headers = sent
    PrivateHeaders.remove(from: &headers, keepingClaims: true)
    #expect(headers.count == 5)
    headers = sent
    PrivateHeaders.remove(fromResponse: &headers)
    #expect(!headers.contains(name: "X-Resilience-Degraded") && !headers.contains(name: "X-Correlation-ID"))
  }
}
