import ResilienceTesting
import Testing

@testable import ResilienceGateway

@Suite struct RequestTargetTests {
  @Test(
    "R12.7 a path goes on byte by byte behind the dependency's name",
    arguments: [
      ("/api", "api", "/"), ("/api/", "api", "/"), ("/api?x=1", "api", "/?x=1"), ("/api/?x=1", "api", "/?x=1"),
      ("/api/v1/a%20b;p=1,2/ü".replacing("ü", with: "%C3%BC"), "api", "/v1/a%20b;p=1,2/%C3%BC"),
      ("/api/a//b/", "api", "/a//b/"), ("/api/.well-known/x", "api", "/.well-known/x"),
      ("/api/...", "api", "/..."), ("/api/..a/b..", "api", "/..a/b.."), ("/api/a.;b", "api", "/a.;b"),
      ("/api/%252e%252e/%252f", "api", "/%252e%252e/%252f"), ("/api/a%e9b", "api", "/a%e9b"),
      ("/api/x?a=%2F..%5C&b=%0D%0A&c=/../\\", "api", "/x?a=%2F..%5C&b=%0D%0A&c=/../\\"),
      ("/api/x?a=//b?c", "api", "/x?a=//b?c"), ("/api/x?", "api", "/x?"), ("/a.b-c_d~1/x", "a.b-c_d~1", "/x"),
      ("/api/@:!$&'()*+=\"<>^`{|}[]", "api", "/@:!$&'()*+=\"<>^`{|}[]"),
      ("/_resilience/queue/1", "_resilience", "/queue/1"),
      ("/api/%E0%A4%A0", "api", "/%E0%A4%A0"), ("/api/%F0%9F%98%80", "api", "/%F0%9F%98%80"),
    ])
  func accepted(uri: String, dependency: String, forwarded: String) throws {
    let target = try RequestTarget(uri: uri)
    #expect(target.dependency == dependency)
    #expect(target.forwardedPath == forwarded)
    #expect(target.isReserved == (dependency == "_resilience"))
    #expect(try RequestTarget.wholePath(of: uri) == uri)
  }

  static let refusals: [(String, TargetProblem)] = [
    ("", .empty), ("*", .asteriskForm), ("http://a/b", .absoluteForm), ("HTTPS://a", .absoluteForm),
    ("ftp://a", .absoluteForm), ("a:443", .authorityForm), ("a/b", .authorityForm), ("?a", .authorityForm),
    ("//a/b", .emptySegment), ("//", .emptySegment), ("///a", .emptySegment), ("/a#b", .fragment),
    ("/a?b#c", .fragment), ("/a/../b", .dotSegment), ("/a/./b", .dotSegment), ("/..", .dotSegment),
    ("/.", .dotSegment), ("/a/..", .dotSegment), ("/a/..?x", .dotSegment), ("/a/%2e%2e/b", .dotSegment),
    ("/a/.%2E/b", .dotSegment), ("/a/%2e./b", .dotSegment), ("/a/%2e", .dotSegment), ("/a/..;x=1/b", .dotSegment),
    ("/a/.;/b", .dotSegment), ("/a/..%3bx/b", .dotSegment), ("/a%2fb", .encodedSlash), ("/a/b%2Fc", .encodedSlash),
    ("/a/..%2fb", .encodedSlash), ("/a\\b", .backslash), ("/a/%5cb", .backslash), ("/a/%5Cb", .backslash),
    ("/a%00", .controlCharacter), ("/a/%0d%0aX", .controlCharacter), ("/a/%1F", .controlCharacter),
    ("/a/%7f", .controlCharacter), ("/a\u{0}", .controlCharacter), ("/a\tb", .controlCharacter),
    ("/a b", .controlCharacter), ("/a\u{7F}", .controlCharacter), ("/a?x=%00", .controlCharacter),
    ("/a?x=\n", .controlCharacter), ("/ä", .notASCII), ("/a?ä", .notASCII), ("/a%", .invalidEscape),
    ("/a/%2", .invalidEscape), ("/a/%zz", .invalidEscape), ("/a/%u002e", .invalidEscape), ("/a/%%2e", .invalidEscape),
    ("/a?x=%", .invalidEscape), ("/a?x=%g1", .invalidEscape), ("/a/%+1", .invalidEscape), ("/a%?20", .invalidEscape),
    ("/a/%c0%af", .overlongEncoding), ("/a/%C0%AE%C0%AE/", .overlongEncoding), ("/a/%e0%80%af", .overlongEncoding),
    ("/a/%F0%80%80%AF", .overlongEncoding), ("/a/" + String(repeating: "x", count: 8_190), .tooLong),
  ]

  @Test("R12.7 whatever two servers could read differently is refused, on both kinds of port", arguments: Self.refusals)
  func refused(uri: String, problem: TargetProblem) {
    #expect(throws: problem) { try RequestTarget(uri: uri) }
    #expect(throws: problem) { try RequestTarget.wholePath(of: uri) }
  }

  @Test("R12.7 the dependency's name has one spelling")
  func name() throws {
    #expect(throws: TargetProblem.empty) { try RequestTarget(uri: "/") }
    #expect(throws: TargetProblem.empty) { try RequestTarget(uri: "/?a") }
    #expect(throws: TargetProblem.encodedDependency) { try RequestTarget(uri: "/%61pi/x") }
    #expect(throws: TargetProblem.encodedDependency) { try RequestTarget(uri: "/%5fresilience/x") }
    #expect(throws: TargetProblem.emptySegment) { try RequestTarget(uri: "/api//x") }
    #expect(try RequestTarget.wholePath(of: "/") == "/")
    #expect(try RequestTarget.wholePath(of: "/%61pi//x") == "/%61pi//x")
    #expect(try RequestTarget(uri: "/" + String(repeating: "x", count: 8_191)).forwardedPath == "/")
  }

  @Test("R12.7 every problem says what to do, with a status of its own", arguments: TargetProblem.allCases)
  func problems(problem: TargetProblem) {
    #expect(problem.status == (problem == .tooLong ? 414 : 400))
    #expect(problem.detail.hasSuffix(".") && problem.detail.count > 40)
  }

  @Test("R12.7 however a target is damaged: what passes has no way out of the dependency")
  func fuzz() {
    var fuzzer = Fuzzer(seed: 3)
    let alphabet = "/.%25ecfFE\\;?#a \u{0}\u{1F}é"
    for _ in 0..<30_000 {
      let uri = fuzzer.mutate("/api/v1/%2e%2E/a%2fb?x=%41", with: alphabet)
      guard let target = try? RequestTarget(uri: uri) else { continue }
      let whole = "/" + target.dependency + target.forwardedPath
      #expect(whole == uri || whole.replacing("/?", with: "?", maxReplacements: 1) == uri || whole == uri + "/")
      let path = target.forwardedPath.prefix { $0 != "?" }
      let decoded = Self.decoded(path)
      #expect(!decoded.split(separator: "/").contains { $0 == "." || $0 == ".." })
      #expect(decoded.utf8.count { $0 == 0x2F } == path.utf8.count { $0 == 0x2F })
      #expect(!decoded.unicodeScalars.contains { $0.value < 0x20 || $0 == "\\" || $0 == "\u{7F}" })
      #expect(target.forwardedPath.first == "/" && !target.forwardedPath.hasPrefix("//"))
    }
  }

  /// The naive decoder that an upstream may have.
  private static func decoded(_ path: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
