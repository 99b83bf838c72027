internal import NIOHTTP1
internal import ResilienceConfiguration

/// What a dependency is told about the way of a request: `X-Forwarded-*`, `Forwarded` (RFC 7239) and `Via`.
enum ForwardedHeaders {
  /// Writes the fields for a request that goes on.
  ///
  /// What a trusted peer says is kept and added to; what anybody else says about it is replaced by what we see.
  ///
  /// - Parameters:
  ///   - headers: The fields that go to the dependency.
  ///   - request: The request as it came in.
  ///   - trustedProxies: Peers that are believed.
  ///   - viaName: How this instance calls itself, a token.
  static func write(
    to headers: inout HTTPHeaders, request: GatewayRequest, trustedProxies: [AddressRange], viaName: String
  ) {
    let peer = PeerAddress(request.remoteAddress)
    let hop = ForwardingHop(request, peer)
    if peer.isTrusted(by: trustedProxies) {
      self.append(peer.text, to: "X-Forwarded-For", in: &headers)
      self.append(hop.element, to: "Forwarded", in: &headers)
    } else {
      self.removeClaims(from: &headers)
      headers.replaceOrAdd(name: "X-Forwarded-For", value: peer.text)
      headers.replaceOrAdd(name: "Forwarded", value: hop.element)
    }
    self.addWhereMissing("X-Forwarded-Proto", hop.scheme, to: &headers)
    self.addWhereMissing("X-Forwarded-Host", hop.host, to: &headers)
    self.addWhereMissing("X-Forwarded-Port", hop.port, to: &headers)
    let version = request.head.version
    self.append("\(version.major).\(version.minor) \(viaName)", to: "Via", in: &headers)
  }

  /// Whether this instance has already had the request: its name is in `Via`.
  static func isLoop(_ headers: HTTPHeaders, viaName: String) -> Bool {
    headers["Via"].flatMap(\.listMembers).contains { member in
      let words = member.split(whereSeparator: { $0 == " " || $0 == "\t" })
      return words.count >= 2 && words[1] == viaName
    }
  }

  /// Refuses a request that has come round in a circle.
  static func checkLoop(_ headers: HTTPHeaders, viaName: String) throws(LoopProblem) {
    if self.isLoop(headers, viaName: viaName) { throw LoopProblem() }
  }

  /// Whatever says who asked or for what, in place of the connection and the request line.
  private static func removeClaims(from headers: inout HTTPHeaders) {
    for name in Set(headers.map { $0.name.lowercased() }) where self.isClaim(name) { headers.remove(name: name) }
  }

  private static func isClaim(_ name: String) -> Bool {
    name.hasPrefix("x-forwarded") || self.claims.contains(name)
  }

  private static let claims: Set<String> = [
    "forwarded", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip", "x-original-url",
    "x-rewrite-url", "x-original-host", "x-host",
  ]

  private static func append(_ value: String, to name: String, in headers: inout HTTPHeaders) {
    let before = headers[name].filter { !$0.isEmpty }
    headers.replaceOrAdd(name: name, value: (before + [value]).joined(separator: ", "))
  }

  private static func addWhereMissing(_ name: String, _ value: String?, to headers: inout HTTPHeaders) {
    guard let value, headers.first(name: name) == nil else { return }
    headers.add(name: name, value: value)
  }
}
