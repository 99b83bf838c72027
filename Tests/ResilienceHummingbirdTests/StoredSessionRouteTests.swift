import Foundation
import HTTPTypes
import Resilience
import ResilienceInterfaces
import Testing

@testable import ResilienceHummingbird
@testable import ResilienceSessions

@Suite("Sessions on the operations server")
struct StoredSessionRouteTests {
  private static func bench(
    admission: OperationsSessions.Admission? = nil, maxStateBytes: Int = 1_000
  ) throws -> (OperationsBench, InMemoryControlStore) {
    let audit = InMemoryControlStore()
    let manager = try SessionManager(
      primary: InMemoryKeyValueStore(), fallback: InMemoryKeyValueStore(), .init(maxStateBytes: maxStateBytes))
    let sessions = OperationsSessions(manager, log: SessionEventLog(), audit: audit, admission: admission)
    return (try OperationsBench(operators: OperationsBench.operators, sessions: sessions), audit)
  }

  private static let operatorField = ["Authorization": "Bearer operator-token-02"]

  private static func send(
    _ client: OperationsBench.Client, _ method: HTTPRequest.Method, _ path: String, _ fields: [String: String] = [:],
    body: String? = nil
  ) async throws -> OperationsBench.Answer {
    try await client.send(method, path, Self.operatorField.merging(fields) { $1 }, body: body)
  }

  @Test("R8.1 a session is made, read, changed and removed, with its version as ETag")
  func life() async throws {
    let (bench, _) = try Self.bench()
    try await bench.withClient { client async throws in
      let body = #"{"id": "s1", "state": "größe", "attributes": {"step": "cart"}, "lifetimeSeconds": 60}"#
      let made = try await Self.send(client, .post, "/api/sessions", body: body)
      #expect(made.status == 201 && made.header("ETag") == "\"1\"" && made.header("Location") == "/api/sessions/s1")
      let found = try await Self.send(client, .get, "/api/sessions/s1")
      #expect(found["state"] == "größe" && found["attributes"] == ["step": "cart"] && found["degraded"] == false)
      #expect(found["expiresAt"] != nil && found.header("ETag") == "\"1\"")
      let changed = try await Self.send(
        client, .put, "/api/sessions/s1", ["If-Match": "\"1\""], body: #"{"stateBase64": "/wA="}"#)
      #expect(changed.status == 200 && changed["version"] == 2 && changed["stateBase64"] == "/wA=")
      #expect(changed["attributes"] == ["step": "cart"] && changed["state"] == nil)
      #expect(try await Self.send(client, .delete, "/api/sessions/s1", ["If-Match": "\"2\""]).status == 204)
      let gone = try await Self.send(client, .get, "/api/sessions/s1")
      #expect(gone.status == 404 && gone["code"] == "ORC_010")
      let random = try await Self.send(client, .post, "/api/sessions", body: "{}")
      guard case .string(let id)? = random["id"] else {
        Issue.record("no id: \(random.text)")
        return
      }
      #expect(id.count == 32)
    }
  }

  @Test("R8.3 a version that is not the present one is 412 by If-Match and 409 by a member, with the present one")
  func conflicts() async throws {
    let (bench, _) = try Self.bench()
    try await bench.withClient { client async throws in
      _ = try await Self.send(client, .post, "/api/sessions", body: #"{"id": "s1"}"#)
      _ = try await Self.send(client, .put, "/api/sessions/s1", body: #"{"state": "a"}"#)
      let stale = try await Self.send(client, .put, "/api/sessions/s1", ["If-Match": "\"1\""], body: #"{"state": "b"}"#)
      #expect(stale.status == 412 && stale.header("ETag") == "\"2\"" && stale["code"] == "ORC_011")
      let member = try await Self.send(client, .put, "/api/sessions/s1", body: #"{"state": "b", "version": 1}"#)
      #expect(member.status == 409 && member.header("ETag") == "\"2\"")
      #expect(try await Self.send(client, .delete, "/api/sessions/s1", ["If-Match": "\"1\""]).status == 412)
      #expect(try await Self.send(client, .post, "/api/sessions", body: #"{"id": "s1"}"#).status == 409)
      #expect(try await Self.send(client, .put, "/api/sessions/s1", ["If-Match": "2"], body: "{}").status == 400)
      #expect(try await Self.send(client, .put, "/api/sessions/s1", ["If-Match": "*"], body: "{}").status == 200)
    }
  }

  @Test("R8.1 every input is examined: 422 with what is allowed")
  func validation() async throws {
    let (bench, _) = try Self.bench()
    try await bench.withClient { client async throws in
      let large = String(repeating: "x", count: 1_001)
      for body in [
        #"{"id": "a b"}"#, #"{"id": "health"}"#, #"{"state": "a", "stateBase64": "YQ=="}"#, #"{"stateBase64": "?"}"#,
        #"{"lifetimeSeconds": 0}"#, #"{"attributes": {"a b": "c"}}"#, #"{"attributes": {"a": [1]}}"#,
        #"{"state": "\#(large)"}"#, #"{"unknown": 1}"#, #"{"state": 7}"#,
      ] {
        let answer = try await Self.send(client, .post, "/api/sessions", body: body)
        #expect(answer.status == 422 && answer["code"] == "ORC_001", "\(body.prefix(60)): \(answer.text)")
      }
      for path in [
        "/api/sessions?limit=0", "/api/sessions?limit=x", "/api/sessions?after=a%20b", "/api/sessions/a%20b",
      ] {
        #expect(try await Self.send(client, .get, path).status == 422, "\(path)")
      }
    }
  }

  @Test("R8.1 sessions are listed page by page, by attribute, without their states")
  func lists() async throws {
    let (bench, _) = try Self.bench()
    try await bench.withClient { client async throws in
      for number in 1...7 {
        let body = #"{"id": "s\#(number)", "state": "secret", "attributes": {"odd": "\#(number % 2)"}}"#
        _ = try await Self.send(client, .post, "/api/sessions", body: body)
      }
      var ids: [JSONValue] = []
      var after = ""
      while true {
        let page = try await Self.send(client, .get, "/api/sessions?limit=3&attribute.odd=1\(after)")
        #expect(page["complete"] == true && !page.text.contains("secret"))
        guard case .array(let sessions)? = page["sessions"] else { break }
        for case .object(let session) in sessions { ids.append(session["id"] ?? .null) }
        guard case .string(let next)? = page["next"] else { break }
        after = "&after=\(next)"
      }
      #expect(ids == ["s1", "s3", "s5", "s7"])
    }
  }

  @Test("R8.1 an attribute's name in a query is decoded, as ctl and browsers send it")
  func encodedNames() async throws {
    let (bench, _) = try Self.bench()
    try await bench.withClient { client async throws in
      for user in ["x", "y"] {
        let body = #"{"id": "\#(user)", "attributes": {"user:id": "\#(user)"}}"#
        let made = try await Self.send(client, .post, "/api/sessions", body: body)
        #expect(made.status == 201, "\(made.text)")
      }
      for name in ["user:id", "user%3Aid"] {
        let page = try await Self.send(client, .get, "/api/sessions?attribute.\(name)=x")
        #expect(page.text.contains(#""id":"x""#) && !page.text.contains(#""id":"y""#), "\(name): \(page.text)")
      }
      let wrong = try await Self.send(client, .get, "/api/sessions?attribute.user%3=x")
      #expect(wrong.status == 400, "\(wrong.text)")
    }
  }

  @Test("R8.1 a service deletes without a body and unaudited, a person with a reason, which is audited")
  func deletes() async throws {
    let (bench, audit) = try Self.bench()
    try await bench.withClient { client async throws in
      for id in ["s1", "s2"] { _ = try await Self.send(client, .post, "/api/sessions", body: "{\"id\": \"\(id)\"}") }
      #expect(try await Self.send(client, .delete, "/api/sessions/s1").status == 204)
      #expect(try await Self.send(client, .delete, "/api/sessions/s1").status == 404)
      #expect(try await Self.send(client, .delete, "/api/sessions/s2", body: #"{"reason": ""}"#).status == 422)
      #expect(try await Self.send(client, .delete, "/api/sessions/s2", body: #"{"why": "x"}"#).status == 422)
      let answer = try await Self.send(client, .delete, "/api/sessions/s2", body: #"{"reason": "asked for"}"#)
      #expect(answer.status == 200 && answer["removed"] == "s2")
      #expect(try await Self.send(client, .get, "/api/sessions/conflicts/s2%2Fx").status == 404)
    }
    let lines = try await audit.recentAudit(limit: 10)
    #expect(lines.map(\.action) == ["sessions.delete"] && lines.first?.reason == "asked for")
  }

  @Test("R8.3 a person's deletion that is refused is written down as not done")
  func refusedDeletion() async throws {
    let (bench, audit) = try Self.bench()
    try await bench.withClient { client async throws in
      _ = try await Self.send(client, .post, "/api/sessions", body: #"{"id": "s1"}"#)
      let reason = #"{"reason": "asked for"}"#
      let stale = try await Self.send(client, .delete, "/api/sessions/s1", ["If-Match": "\"99\""], body: reason)
      #expect(stale.status == 412, "\(stale.text)")
      let malformed = try await Self.send(client, .delete, "/api/sessions/s1", ["If-Match": "99"], body: reason)
      #expect(malformed.status == 400, "\(malformed.text)")
      #expect(try await Self.send(client, .get, "/api/sessions/s1").status == 200)
    }
    let lines = try await audit.recentAudit(limit: 10)
    #expect(lines.map(\.after) == ["not done: concurrentAccess", "none"] && lines.allSatisfy { $0.subject == "s1" })
  }

  @Test("R8.1 what viewers may read of events names no session and no store")
  func publicTexts() throws {
    let conflict = SessionConflict(id: "s1/x", session: try SessionID("s1"), ours: nil, base: 1)
    for event: SessionEvent in [
      .conflicted(conflict), .fellBack(reason: "s1 at redis://10.0.0.7"),
      .reconciliationFailed(reason: "s1 at redis://10.0.0.7"),
    ] {
      let text = OperationsSessions.publicText(of: event)
      #expect(!text.isEmpty && !text.contains("s1") && !text.contains("redis"), "\(text)")
    }
  }

  @Test("R8.1 the audit tells operators which session a deed was about, and viewers only that it was one")
  func auditOfSessions() async throws {
    let (bench, _) = try Self.bench()
    for (action, subject) in [("sessions.delete", "s1"), ("sessions.check", "sessions"), ("breaker.reset", "s1")] {
      try await bench.plane.store.appendAudit(
        AuditRecord(at: 1, actor: "otto", action: action, subject: subject, reason: "r", before: "b", after: "a"))
    }
    try await bench.withClient { client async throws in
      func subjects(_ token: String) async throws -> [JSONValue] {
        let answer = try await client.get("/api/audit", ["Authorization": "Bearer \(token)"])
        guard case .array(let lines)? = answer.json else { return [] }
        return lines.compactMap { line -> JSONValue? in
          guard case .object(let members) = line else { return nil }
          return members["subject"]
        }
      }
      let forOperators = try await subjects("operator-token-02")
      #expect(forOperators == ["s1", "sessions", "s1"])
      let forViewers = try await subjects("viewer-token-0001")
      #expect(forViewers == ["s1", "sessions", "(session)"])
    }
  }

  @Test("R8.9 health tells which store serves; check and cleaning ask for a reason and are audited")
  func service() async throws {
    let (bench, audit) = try Self.bench()
    try await bench.withClient { client async throws in
      #expect(try await Self.send(client, .post, "/api/sessions/check", body: "{}").status == 422)
      let checked = try await Self.send(client, .post, "/api/sessions/check", body: #"{"reason": "drill"}"#)
      #expect(checked["state"] == "healthy" && checked["serving"] == "primary")
      let cleaned = try await Self.send(client, .post, "/api/sessions/clean", body: #"{"reason": "drill"}"#)
      #expect(cleaned["removed"] == 0)
      let health = try await client.get("/api/sessions/health", ["Authorization": "Bearer viewer-token-0001"])
      #expect(health.status == 200 && health["waitingForPrimary"] == 0)
      let report = try await Self.send(client, .get, "/api/sessions/reconciliation")
      #expect(report["conflicts"] == [] && report["outages"] == 0)
      let missing = try await Self.send(
        client, .post, "/api/sessions/conflicts/s1%2Fx", body: #"{"reason": "r", "keep": "ours"}"#)
      #expect(missing.status == 404)
    }
    let lines = try await audit.recentAudit(limit: 10)
    #expect(lines.map(\.action) == ["sessions.clean", "sessions.check"])
    #expect(lines.allSatisfy { $0.actor == "otto" && $0.reason == "drill" })
  }

  @Test("R8.10 admission answers 403 where the provider says no and 503 where it is away")
  func admission() async throws {
    let (bench, _) = try Self.bench { role, token in
      if role == "listener" { return false }
      if token == "good" { return true }
      let kind: SessionError.Kind = token == nil ? .serviceUnavailable : .refused
      throw SessionError(kind, nil, .validate, "no", retryAfter: .milliseconds(1_500))
    }
    try await bench.withClient { client async throws in
      func admit(_ body: String) async throws -> OperationsBench.Answer {
        try await Self.send(client, .post, "/api/sessions/admission", body: body)
      }
      #expect(try await admit(#"{"role": "speaker", "token": "good"}"#)["identityProven"] == true)
      #expect(try await admit(#"{"role": "listener"}"#)["identityProven"] == false)
      #expect(try await admit(#"{"role": "speaker", "token": "bad"}"#).status == 403)
      let away = try await admit(#"{"role": "speaker"}"#)
      #expect(away.status == 503 && away.header("Retry-After") == "2")
    }
    let (other, _) = try Self.bench()
    try await other.withClient { client async throws in
      #expect(try await Self.send(client, .post, "/api/sessions/admission", body: #"{"role": "x"}"#).status == 404)
    }
  }

  @Test("R8.1 viewers see no sessions, and a server without sessions says so")
  func access() async throws {
    let (bench, _) = try Self.bench()
    try await bench.withClient { client async throws in
      let viewer = ["Authorization": "Bearer viewer-token-0001"]
      for path in ["/api/sessions", "/api/sessions/s1", "/api/sessions/reconciliation"] {
        #expect(try await client.get(path, viewer).status == 403, "\(path)")
      }
      #expect(try await client.get("/api/sessions").status == 401)
    }
    let none = try OperationsBench(operators: OperationsBench.operators)
    try await none.withClient { client async throws in
      let answer = try await Self.send(client, .get, "/api/sessions")
      #expect(answer.status == 404 && answer.text.contains("section 'sessions'"))
    }
  }
}
