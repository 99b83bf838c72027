/// Bytes that the gateway refuses, and how.
struct RefusalCase: Sendable {
  let name: String
  let status: Int
  let bytes: String

  init(_ name: String, _ status: Int, _ bytes: String) {
    self.name = name
    self.status = status
    self.bytes = bytes
  }

  /// A request line with nothing wrong behind it.
  static func target(_ name: String, _ target: String, method: String = "GET", status: Int = 400) -> RefusalCase {
    RefusalCase(name, status, "\(method) \(target) HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
  }

  /// A POST with these fields and this body; what follows a request that ends too early would be a second one.
  static func framing(_ name: String, _ fields: String, _ body: String, status: Int = 400) -> RefusalCase {
    RefusalCase(
      name, status,
      "POST /up/outer HTTP/1.1\r\nHost: gateway\r\n\(fields)\r\n\r\n\(body)"
        + "GET /up/smuggled HTTP/1.1\r\nHost: gateway\r\n\r\n")
  }

  /// A GET with these lines in its head.
  static func head(_ name: String, _ lines: String, status: Int = 400) -> RefusalCase {
    RefusalCase(name, status, "GET /up/outer HTTP/1.1\r\n\(lines)\r\n\r\n")
  }

  static let paths: [RefusalCase] = [
    .target("dot segments", "/up/../admin"),
    .target("dot segments at the end", "/up/a/.."),
    .target("dot segments before the dependency", "/../up/a"),
    .target("encoded dots", "/up/%2e%2e/admin"),
    .target("half encoded dots", "/up/.%2E/admin"),
    .target("encoded dots with capitals", "/up/%2E./admin"),
    .target("a single dot", "/up/./a"),
    .target("an encoded single dot", "/up/%2e/a"),
    .target("an encoded slash", "/up/a%2fb"),
    .target("an encoded slash with a capital", "/up/a%2Fb"),
    .target("an encoded backslash", "/up/a%5cb"),
    .target("a backslash", "/up/a\\b"),
    .target("an encoded NUL", "/up/a%00b"),
    .target("an encoded line break", "/up/a%0d%0aX-Injected:%201"),
    .target("an invalid escape", "/up/a%zzb"),
    .target("a cut escape", "/up/a%2"),
    .target("a fragment", "/up/a#b"),
    .target("an empty first segment", "//up/a"),
    .target("absolute-form", "http://127.0.0.1/up/a"),
    .target("absolute-form of another scheme", "gopher://127.0.0.1/up/a"),
    .target("an asterisk", "*", method: "OPTIONS"),
    .target("no slash at the start", "up/a"),
    .target("a control character", "/up/a\u{01}b"),
    .target("a character beyond ASCII", "/up/ä"),
    .target("a space", "/up/a b"),
  ]

  static let framings: [RefusalCase] = [
    .framing("both lengths", "Content-Length: 6\r\nTransfer-Encoding: chunked", "0\r\n\r\nX"),
    .framing("both lengths, the other way round", "Transfer-Encoding: chunked\r\nContent-Length: 6", "0\r\n\r\nX"),
    .framing("two lengths", "Content-Length: 3\r\nContent-Length: 5", "abcde"),
    .framing("the same length twice", "Content-Length: 5\r\nContent-Length: 5", "abcde"),
    .framing("a list of lengths", "Content-Length: 5, 5", "abcde"),
    .framing("a length with a sign", "Content-Length: +5", "abcde"),
    .framing("a negative length", "Content-Length: -5", "abcde"),
    .framing("a hexadecimal length", "Content-Length: 0x5", "abcde"),
    .framing("a length beyond all bounds", "Content-Length: 99999999999999999999", "abcde"),
    .framing("a space before the colon", "Content-Length : 5", "abcde"),
    .framing("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n"),
    .framing("chunked and more", "Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
    .framing("something and chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
    .framing("almost chunked", "Transfer-Encoding: xchunked", "0\r\n\r\n"),
    .framing("chunked behind a vertical tab", "Transfer-Encoding: \u{0b}chunked", "0\r\n\r\n"),
    .framing("chunked in quotes", "Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
    .framing("obsolete folding", "X-Folded: a\r\n b\r\nContent-Length: 5", "abcde"),
    .framing("obsolete folding of the coding", "Transfer-Encoding:\r\n chunked", "0\r\n\r\n"),
    .framing("a bare line feed in the head", "X-A: b\nContent-Length: 5", "abcde"),
    .framing("a bare carriage return in a field", "X-A: b\rX-C: d\r\nContent-Length: 5", "abcde"),
    .framing("a NUL in a field", "X-A: b\u{00}c\r\nContent-Length: 5", "abcde"),
    .framing("a field without a colon", "Nonsense\r\nContent-Length: 5", "abcde"),
    .framing("a field without a name", ": nothing\r\nContent-Length: 5", "abcde"),
  ]

  static let chunks: [RefusalCase] = [
    .framing("a chunk size with a prefix", "Transfer-Encoding: chunked", "0x5\r\nabcde\r\n0\r\n\r\n"),
    .framing("a negative chunk size", "Transfer-Encoding: chunked", "-5\r\nabcde\r\n0\r\n\r\n"),
    .framing("no chunk size", "Transfer-Encoding: chunked", "\r\nabcde\r\n0\r\n\r\n"),
    .framing("a chunk size beyond all bounds", "Transfer-Encoding: chunked", "ffffffffffffffffff\r\nabcde\r\n"),
    .framing("a chunk that is longer than its size", "Transfer-Encoding: chunked", "3\r\nabcde\r\n0\r\n\r\n"),
    .framing("a chunk that ends in a bare line feed", "Transfer-Encoding: chunked", "5\nabcde\n0\n\n"),
  ]

  static let heads: [RefusalCase] = [
    .head("no Host", "Accept: */*"),
    .head("two Hosts", "Host: a\r\nHost: b"),
    .head("a Host with a path", "Host: a/b"),
    .head("an oversized field", "Host: a\r\nX-Large: \(String(repeating: "x", count: 5_000))", status: 431),
    .head(
      "too many fields", "Host: a\r\n" + (0..<120).map { "X-\($0): y" }.joined(separator: "\r\n"), status: 431),
    .head("an upgrade", "Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket", status: 501),
    .head("two upgrades", "Host: a\r\nConnection: Upgrade\r\nUpgrade: h2c, websocket", status: 501),
    RefusalCase(
      "an oversized target", 414, "GET /up/\(String(repeating: "a", count: 5_000)) HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusalCase("another major version", 505, "GET /up/a HTTP/2.0\r\nHost: a\r\n\r\n"),
    RefusalCase("the preface of HTTP/2", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    RefusalCase("no version", 400, "GET /up/a\r\nHost: a\r\n\r\n"),
    RefusalCase("a version in small letters", 400, "GET /up/a http/1.1\r\nHost: a\r\n\r\n"),
    RefusalCase("no request at all", 400, "\u{16}\u{03}\u{01}\u{00}\u{05}hello\r\n\r\n"),
    RefusalCase("a method with a bracket", 400, "G(T /up/a HTTP/1.1\r\nHost: a\r\n\r\n"),
    RefusalCase("TRACE", 405, "TRACE /up/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
    RefusalCase("CONNECT", 405, "CONNECT example.org:443 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"),
  ]
}
