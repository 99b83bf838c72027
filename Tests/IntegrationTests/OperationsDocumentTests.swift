import Testing

@Suite("The operations server's document", .timeLimit(.minutes(60)))
struct OperationsDocumentTests {
  private static let settings = ProgramSettings.dependencies(
    ("catalog", "url: \"example:catalog\", bulkhead: true"),
    (
      "letters",
      "url: \"http://127.0.0.1:9\", retry: false, circuitBreaker: false, fallback: [ { review: { methods: [POST] } } ]"
    ),
    (
      "mail",
      "url: \"http://127.0.0.1:9\", retry: false, circuitBreaker: false, fallback: [ { queue: { methods: [POST] } } ]"
    )
  ).with {
    $0.top = """
      toggles: { features: [ { name: catalog } ] }
      sessions: { store: "memory:" }
      """
  }

  /// What stands for the parts of a path that vary, by the path's beginning.
  private static func parts(_ program: ServedProgram) async throws -> [(beginning: String, part: String)] {
    let kept = try await HTTP.send("POST", program.gateway, "/mail/a", body: "x")
    #expect(kept.status == 202, "\(kept)")
    let review = try await HTTP.send("POST", program.gateway, "/letters/a", body: "x")
    #expect(review.status == 202, "\(review)")
    let session = try await program.operate("POST", "/api/sessions", ["id": "s1", "state": "{}"])
    #expect(session.status == 201, "\(session)")
    let reviews = try await program.operate("GET", "/api/review").json.elements
    return [
      ("/api/review/", try #require(reviews.first?["id"].string)),
      ("/api/queue/items/", try #require(kept.json["id"].string)), ("/api/sessions/", "s1"),
      ("/api/settings/", "dependencies.catalog.timeout"), ("/", "catalog"),
    ]
  }

  private static func fill(_ template: String, _ part: String) -> String {
    template.replacing(/\{[a-z]+\}/, with: part)
  }

  @Test("R12.2 every route of the OpenAPI document that can be read answers, and nothing else is there")
  func document() async throws {
    try await ServedProgram.run(Self.settings) { program in
      let paths = try #require(try await program.operate("GET", "/api/openapi.json").json["paths"].members)
      #expect(paths.count >= 20)
      let parts = try await Self.parts(program)
      for (template, operations) in paths where operations["get"] != .null && template != "/api/events" {
        // A conflict of a session takes an outage with changes on both sides: SessionOperatorTests reads one.
        if template != "/api/sessions/conflicts/{id}" {
          let part = parts.first { template.hasPrefix($0.beginning) }?.part ?? ""
          let answer = try await program.operate("GET", Self.fill(template, part))
          #expect(answer.status == 200, "\(template) with \(part): \(answer)")
        }
        guard template.contains("{") else { continue }
        // Nothing of that name is there, which the answer says in its own words.
        let missing = try await program.operate("GET", Self.fill(template, "nobody"))
        #expect(missing.status == 404 && missing.json["code"] == "ORC_010", "\(template): \(missing)")
        #expect(missing.json["detail"].string?.isEmpty == false, "\(template): \(missing)")
      }
      for path in ["/api", "/api/", "/api/nothing", "/favicon.ico", "/../etc/passwd", "/api/breakers/catalog/nothing"] {
        let answer = try await program.operate("GET", path)
        #expect(answer.status == 404 || answer.status == 400, "\(path): \(answer)")
      }
    }
  }
}
