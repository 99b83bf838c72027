import NIOHTTP1
import Testing

@testable import ResilienceGateway

@Suite struct MethodRuleTests {
  @Test(
    "R12.7 methods pass, also those that we do not know",
    arguments: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "QUERY", "get", "M-SEARCH"])
  func passes(name: String) throws { try MethodRule.check(HTTPMethod(rawValue: name)) }

  @Test("R12.7 TRACE and CONNECT are refused with 405 and Allow", arguments: ["TRACE", "CONNECT", "trace", "Connect"])
  func refused(name: String) {
    let problem = #expect(throws: MethodProblem.self) { try MethodRule.check(HTTPMethod(rawValue: name)) }
    #expect(problem?.status == 405 && problem?.allow == MethodRule.allowed)
  }

  @Test(
    "R12.7 what is no token is refused with 400",
    arguments: ["", "G ET", "GET\r\n", "GËT", "GET/", "(GET)", String(repeating: "A", count: 33)])
  func malformed(name: String) {
    let problem = #expect(throws: MethodProblem.self) { try MethodRule.check(HTTPMethod(rawValue: name)) }
    #expect(problem?.status == 400 && problem?.allow == nil)
  }

  @Test("R1.6 only methods that promise it may be repeated")
  func semantics() {
    #expect(MethodRule.isIdempotent(.PUT) && !MethodRule.isSafe(.PUT))
    #expect(MethodRule.isIdempotent(.GET) && MethodRule.isSafe(.GET))
    #expect(!MethodRule.isIdempotent(.POST) && !MethodRule.isIdempotent(.PATCH))
    #expect(!MethodRule.isIdempotent(.RAW(value: "PROPFIND")))
  }

  @Test(
    "R12.7 base path and forwarded path are joined with one slash",
    arguments: [
      ("", "/", "/"), ("", "/a?b", "/a?b"), ("/v1", "/a", "/v1/a"), ("/v1/", "/a", "/v1/a"), ("/", "/a", "/a"),
      ("/v1", "/", "/v1/"), ("/v1", "/?a=1", "/v1/?a=1"),
    ])
  func join(base: String, path: String, joined: String) {
    #expect(UpstreamTarget.join(basePath: base, forwardedPath: path) == joined)
  }
}
