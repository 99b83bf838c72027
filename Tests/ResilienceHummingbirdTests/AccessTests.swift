import HTTPTypes
import ResilienceInterfaces
import Testing

@testable import ResilienceHummingbird

@Suite("Who may use the operations server")
struct AccessTests {
  private static let reset = #"{"reason": "a test"}"#

  @Test(
    "with tokens, each role may do what it may, and nobody without one gets past the probes",
    arguments: [
      (nil, 401, 401), ("viewer-token-0001", 200, 403), ("operator-token-02", 200, 200),
      ("admin-token-00003", 200, 200), ("wrong-token-00000", 401, 401), ("", 401, 401),
      ("viewer-token-000", 401, 401), ("viewer-token-00011", 401, 401),
    ] as [(String?, Int, Int)])
  func roles(_ token: String?, read: Int, write: Int) async throws {
    try await OperationsBench(operators: OperationsBench.operators).withClient { client async throws in
      let headers = token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
      for path in [
        "/health", "/health/startup", "/health/dependencies", "/health/degradation", "/metrics", "/api/dependencies",
        "/api/breakers/mail", "/api/bulkheads", "/api/audit", "/api/openapi.json", "/version", "/", "/session",
        "/api/examples/orders/faults", "/api/settings", "/api/settings/dependencies.orders.timeout",
      ] { #expect(try await client.get(path, headers).status == read, "\(path)") }
      for path in ["/api/breakers/mail/reset", "/health/degradation/reset"] {
        #expect(try await client.send(.post, path, headers, body: Self.reset).status == write, "\(path)")
      }
      let faults = try await client.send(.put, "/api/examples/orders/faults", headers, body: "{}")
      #expect(faults.status == write)
      #expect(try await client.get("/health/live", headers).status == 200)
      #expect(try await client.get("/health/ready", headers).status == 200)
    }
  }

  @Test("with tokens, an unknown path tells nothing to those who are not known")
  func hidesPaths() async throws {
    try await OperationsBench(operators: OperationsBench.operators).withClient { client async throws in
      let answer = try await client.get("/nothing")
      #expect(answer.status == 401 && answer.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
      #expect(answer["code"] == "ORC_008")
      #expect(try await client.get("/nothing", ["Authorization": "Bearer viewer-token-0001"]).status == 404)
      #expect(try await client.get("/health", ["Authorization": "Basic viewer-token-0001"]).status == 401)
    }
  }

  @Test("a browser without a session gets the page that asks for the token, which holds no data")
  func loginPage() async throws {
    try await OperationsBench(operators: OperationsBench.operators).withClient { client async throws in
      let answer = try await client.get("/")
      #expect(answer.status == 401 && answer.header("Content-Type") == "text/html; charset=utf-8")
      #expect(!answer.text.contains("orders") && answer.header("Content-Security-Policy") != nil)
    }
  }

  @Test("a browser logs in, reads by cookie, writes by cookie and CSRF token, and logs out", arguments: [true, false])
  func session(_ byForm: Bool) async throws {
    let bench = try OperationsBench(operators: OperationsBench.operators)
    try await bench.withClient { client async throws in
      let login =
        byForm
        ? try await client.send(
          .post, "/login", ["Content-Type": "application/x-www-form-urlencoded"], body: "token=operator%2Dtoken-02")
        : try await client.send(.post, "/login", body: #"{"token": "operator-token-02"}"#)
      #expect(login.status == (byForm ? 303 : 200))
      let setCookie = login.header("Set-Cookie") ?? ""
      #expect(setCookie.contains("HttpOnly") && setCookie.contains("SameSite=Strict") && setCookie.contains("Path=/;"))
      #expect(!setCookie.contains("Secure"))
      let cookie = ["Cookie": String(setCookie.prefix { $0 != ";" })]
      guard case .string(let token) = try await client.get("/session", cookie)["csrfToken"] else {
        Issue.record("no csrfToken")
        return
      }
      let path = "/api/breakers/mail/reset"
      #expect(try await client.send(.post, path, cookie, body: Self.reset).status == 403)
      let wrong = cookie.merging(["X-CSRF-Token": token.lowercased() + "0"]) { first, _ in first }
      #expect(try await client.send(.post, path, wrong, body: Self.reset).status == 403)
      let right = cookie.merging(["X-CSRF-Token": token]) { first, _ in first }
      #expect(try await client.send(.post, path, right, body: Self.reset).status == 200)
      #expect(try await bench.plane.audit(limit: 1).first?.actor == "otto")
      #expect(try await client.send(.post, "/logout", cookie).status == 403)
      #expect(try await client.send(.post, "/logout", right).status == 204)
      #expect(try await client.get("/session", cookie).status == 401)
    }
  }

  @Test("behind TLS the cookie is sent by HTTPS only")
  func secureCookie() async throws {
    try await OperationsBench(operators: OperationsBench.operators, isBehindTLS: true).withClient {
      client async throws in
      let login = try await client.send(.post, "/login", body: #"{"token": "viewer-token-0001"}"#)
      #expect(login.header("Set-Cookie")?.hasSuffix("; Secure") == true)
    }
  }

  @Test("a session ends after 12 hours")
  func expiry() async throws {
    let bench = try OperationsBench(operators: OperationsBench.operators)
    try await bench.withClient { client async throws in
      let login = try await client.send(.post, "/login", body: #"{"token": "viewer-token-0001"}"#)
      let cookie = ["Cookie": String((login.header("Set-Cookie") ?? "").prefix { $0 != ";" })]
      bench.time.advance(by: 12 * 3_600_000 - 1)
      #expect(try await client.get("/session", cookie).status == 200)
      bench.time.advance(by: 1)
      #expect(try await client.get("/session", cookie).status == 401)
    }
  }

  @Test("guessing is slowed down after ten failures, also for the right token, and time heals it")
  func limits() async throws {
    let bench = try OperationsBench(operators: OperationsBench.operators)
    try await bench.withClient { client async throws in
      for _ in 0..<10 { #expect(try await client.send(.post, "/login", body: #"{"token": "no"}"#).status == 401) }
      let refused = try await client.send(.post, "/login", body: #"{"token": "viewer-token-0001"}"#)
      #expect(refused.status == 429 && refused.header("Retry-After") == "31")
      #expect(try await client.get("/health", ["Authorization": "Bearer viewer-token-0001"]).status == 200)
      bench.time.advance(by: 31_000)
      #expect(try await client.send(.post, "/login", body: #"{"token": "viewer-token-0001"}"#).status == 200)
    }
  }

  @Test(
    "a write from a page elsewhere is refused, and so is one without JSON",
    arguments: [
      (["Origin": "http://localhost"], 200), (["Origin": "https://LOCALHOST"], 200),
      (["Origin": "http://evil.test"], 403), (["Origin": "null"], 403), (["Origin": "http://localhost.evil.test"], 403),
      (["Origin": "localhost"], 403), (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
      (["Sec-Fetch-Site": "same-origin"], 200), (["Content-Type": "text/plain"], 415),
      (["Content-Type": "application/x-www-form-urlencoded"], 415), (["Content-Type": "application/jsonx"], 415),
      (["Content-Type": "application/json; charset=utf-8"], 200),
    ] as [([String: String], Int)])
  func origins(_ headers: [String: String], status: Int) async throws {
    let bench = try OperationsBench()
    try await bench.withClient { client async throws in
      let answer = try await client.send(.post, "/api/breakers/mail/reset", headers, body: Self.reset)
      #expect(answer.status == status)
    }
    #expect(bench.plane.current.resets.isEmpty == (status != 200))
  }

  @Test(
    "loopback names are told from others",
    arguments: [
      ("localhost", true), ("localhost:8081", true), ("LOCALHOST", true), ("console.localhost:80", true),
      ("127.0.0.1:8081", true), ("127.9.9.9", true), ("[::1]:8081", true), ("::1", true), ("evil.test", false),
      ("127.0.0.1.evil.test", false), ("localhost.evil.test", false), ("128.0.0.1", false), ("0.0.0.0", false),
      ("127.0.0.256", false), ("", false), ("[::2]", false), ("127.0.0", false), ("xlocalhost", false),
    ])
  func loopback(_ name: String, expected: Bool) {
    #expect(LoopbackName.matches(name) == expected)
  }

  @Test("a configuration that would be unsafe or cannot work is refused with what to do")
  func configuration() throws {
    let one = OperationsOperator(name: "ada", token: "secret-token", role: .admin)
    let cases: [(OperationsConfiguration, String)] = [
      (.init(host: "0.0.0.0"), "operations.token"), (.init(host: "::"), "operations.token"),
      (.init(port: 70_000), "0 to 65535"), (.init(operators: [one, one]), "used twice"),
      (.init(operators: [.init(name: "ada", token: "", role: .viewer)]), "empty"),
      (.init(operators: [one, .init(name: "bob", token: "secret-token", role: .viewer)]), "have the same token"),
    ]
    for (configuration, text) in cases {
      let error = #expect(throws: InvalidOperationsConfiguration.self) { try configuration.validate() }
      #expect(error?.description.contains(text) == true && error?.description.contains("secret-token") == false)
    }
    try OperationsConfiguration(host: "0.0.0.0", operators: [one]).validate()
  }

  @Test("an operator's token does not appear when it is printed")
  func printing() {
    let one = OperationsOperator(name: "ada", token: "secret-token", role: .admin)
    var dumped = ""
    dump(one, to: &dumped)
    #expect(!"\(one) \(String(reflecting: one)) \(dumped)".contains("secret-token"))
  }

  @Test("sessions and failed logins are bounded")
  func bounds() {
    let sessions = SessionTable(capacity: 3)
    let opened = (0..<10).map { sessions.open(for: .anyone, at: Int64($0)) }
    #expect(opened.filter { sessions.session($0.id, at: 10) != nil }.map(\.expires) == opened.suffix(3).map(\.expires))
    let limiter = LoginLimiter(capacity: 2)
    for _ in 0..<10 { limiter.recordFailure("a", at: 0) }
    #expect(limiter.secondsToWait("a", at: 0) != nil)
    limiter.recordFailure("b", at: 1)
    limiter.recordFailure("c", at: 2)
    #expect(limiter.secondsToWait("a", at: 2) == nil)
  }
}
