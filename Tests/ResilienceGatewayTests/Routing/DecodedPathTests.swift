import Testing

@testable import ResilienceGateway

@Suite struct DecodedPathTests {
  @Test(
    "R4.8 no escape hides what a path begins with",
    arguments: [
      ("/admin", "/admin"), ("/admin/x?y=1", "/admin/"), ("/%61dmin", "/admin"), ("/%61%64%6D%69%6e/x", "/admin"),
      ("/a%2Db", "/a-b"), ("/a-b", "/a%2db"), ("/%40me", "/@me"), ("/Zo%C3%AB/x", "/Zoë/"), ("/a%20b", "/a%20b"),
      ("/%61dmin/%FF", "/admin"), ("/admin%CC%81", "/admin"),
    ])
  func begins(path: String, prefix: String) { #expect(DecodedPath(path).begins(with: DecodedPath(prefix))) }

  @Test(
    "R4.8 escapes are decoded once, and what is none stands for itself",
    arguments: [
      ("/%2561dmin", "/admin"), ("/Admin", "/admin"), ("/adm", "/admin"), ("/x/admin", "/admin"), ("/%zz", "/z"),
      ("/%6", "/a"), ("/%", "/a"), ("/%+1", "/\u{1}"),
    ])
  func differs(path: String, prefix: String) { #expect(!DecodedPath(path).begins(with: DecodedPath(prefix))) }
}
