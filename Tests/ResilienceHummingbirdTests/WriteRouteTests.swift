import Foundation
import HTTPTypes
import ResilienceInterfaces
import Testing

@testable import ResilienceHummingbird

@Suite("Writing to the operations server")
struct WriteRouteTests {
  @Test("R2.7 an override is put in force and audited with actor, reason, before and after")
  func override() async throws {
    let bench = try OperationsBench(operators: OperationsBench.operators)
    try await bench.withClient { client async throws in
      let answer = try await client.send(
        .put, "/api/breakers/mail/override", ["Authorization": "Bearer operator-token-02"],
        body: #"{"state": "isolated", "reason": "provider maintenance", "for": "10m"}"#)
      #expect(answer.status == 200 && answer["state"] == "isolated")
      let audit = try await client.get("/api/audit?limit=1", ["Authorization": "Bearer viewer-token-0001"])
      guard case .array(let lines) = audit.json, case .object(let line) = lines.first else {
        Issue.record("no audit: \(audit.text)")
        return
      }
      #expect(line["actor"] == "otto" && line["reason"] == "provider maintenance" && line["subject"] == "mail")
      #expect(line["before"] == "closed" && line["after"] == "isolated" && line["action"] == "breaker.override")
    }
    let saved = bench.plane.current.overrides["mail"]
    #expect(saved?.actor == "otto" && saved?.expires == bench.plane.current.now + 600_000)
  }

  @Test("R2.7 removing an override, resetting a breaker and resetting the mode ask for a reason and are audited")
  func others() async throws {
    let bench = try OperationsBench()
    try await bench.withClient { client async throws in
      let writes: [(HTTPRequest.Method, String)] = [
        (.delete, "/api/breakers/orders/override"), (.post, "/api/breakers/orders/reset"),
        (.post, "/health/degradation/reset"),
      ]
      for (method, path) in writes {
        let bare = try await client.send(method, path, body: "{}")
        #expect(bare.status == 422 && bare.text.contains("'reason' is missing"), "\(path)")
        #expect(try await client.send(method, path, body: #"{"reason": "all is well"}"#).status == 200, "\(path)")
      }
      let actions = try await bench.plane.audit(limit: 10).map(\.action)
      #expect(actions == ["degradation.reset", "breaker.reset", "breaker.override.removed"])
      #expect(bench.plane.current.resets == ["orders"] && bench.plane.current.degradation == "normal")
    }
  }

  @Test("faults are switched, and what is left out is switched off")
  func faults() async throws {
    let bench = try OperationsBench()
    try await bench.withClient { client async throws in
      let path = "/api/examples/orders/faults"
      let body = #"{"errorRate": 0.5, "latencyMilliseconds": 250, "hang": true}"#
      #expect(try await client.send(.put, path, body: body).status == 200)
      #expect(bench.plane.current.examples[0].faults == .init(errorRate: 0.5, latencyMilliseconds: 250, hang: true))
      #expect(try await client.send(.put, path, body: #"{"reset": true}"#).status == 200)
      #expect(bench.plane.current.examples[0].faults == .init(reset: true))
    }
  }

  @Test(
    "bad bodies are refused with what is allowed, and change nothing",
    arguments: [
      ("", 400, "The body is empty"), ("{", 400, "not JSON"), ("[1]", 400, "an array"), ("nul", 400, "not JSON"),
      (#"{"state": "isolated"}"#, 422, "'reason' is missing"),
      (#"{"reason": "x"}"#, 422, "'state' is missing"),
      (#"{"state": "isolated", "reason": ""}"#, 422, "1 to 500 characters"),
      (#"{"state": "isolated", "reason": 7}"#, 422, "'reason' is a number"),
      (#"{"state": "open", "reason": "x"}"#, 422, "isolated, disabled, observing"),
      (#"{"state": "isolated", "reason": "x", "for": "10"}"#, 422, "such as 10m"),
      (#"{"state": "isolated", "reason": "x", "for": 10}"#, 422, "'for' is a number"),
      (#"{"state": "isolated", "reason": "x", "until": "10m"}"#, 422, "'until' is unknown; allowed: 'state', 'reason'"),
    ] as [(String, Int, String)])
  func badBodies(_ body: String, status: Int, text: String) async throws {
    let bench = try OperationsBench()
    try await bench.withClient { client async throws in
      let answer = try await client.send(.put, "/api/breakers/mail/override", body: body)
      #expect(answer.status == status && answer.text.contains(text), "\(answer.text)")
      #expect(answer.header("Content-Type") == "application/problem+json")
    }
    #expect(bench.plane.current.overrides.isEmpty)
  }

  @Test(
    "bad faults are refused with the range",
    arguments: [
      (#"{"errorRate": 1.5}"#, "0 to 1"), (#"{"latencyMilliseconds": 60001}"#, "0 to 60000"),
      (#"{"latencyMilliseconds": 1.5}"#, "a whole number"), (#"{"hang": 1}"#, "true or false"),
      (#"{"errors": 1}"#, "'errors' is unknown"), (#"{"latencyMilliseconds": 1e300}"#, "a whole number"),
    ])
  func badFaults(_ body: String, text: String) async throws {
    try await OperationsBench().withClient { client async throws in
      let answer = try await client.send(.put, "/api/examples/orders/faults", body: body)
      #expect(answer.status == 422 && answer.text.contains(text), "\(answer.text)")
    }
  }

  @Test("a body larger than 64 KiB is refused", arguments: [true, false])
  func largeBody(_ overSocket: Bool) async throws {
    let bench = try OperationsBench()
    let body = #"{"reason": ""# + String(repeating: "x", count: 70_000) + #""}"#
    let check: @Sendable (OperationsBench.Client) async throws -> Void = { client in
      let answer = try await client.send(.post, "/api/breakers/mail/reset", body: body)
      #expect(answer.status == 413 && answer.text.contains("65536"))
    }
    if overSocket { try await bench.withSocket(check) } else { try await bench.withClient(check) }
    #expect(bench.plane.current.resets.isEmpty)
  }

  @Test("R7.3 a problem body has exactly the documented members and an unknown breaker names the known ones")
  func problemForm() async throws {
    try await OperationsBench().withClient { client async throws in
      let answer = try await client.send(
        .post, "/api/breakers/mial/reset?x=1", ["X-Correlation-ID": "call-7"], body: #"{"reason": "x"}"#)
      #expect(answer.status == 404)
      guard case .object(let members) = answer.json else {
        Issue.record("no object: \(answer.text)")
        return
      }
      #expect(
        Set(members.keys) == ["type", "title", "status", "detail", "instance", "code", "correlationId"])
      #expect(members["status"] == .number(404) && members["title"] == "Not found")
      #expect(members["code"] == "ORC_010" && members["correlationId"] == "call-7")
      #expect(members["instance"] == "/api/breakers/mial/reset")
      #expect(members["detail"] == "No breaker is called 'mial'. Known: mail, orders, search.")
    }
  }

  @Test("R7.3 a problem body never contains where the storage is", arguments: ControlStoreFailure.Kind.allCases)
  func hidesStorage(_ kind: ControlStoreFailure.Kind) async throws {
    let failure = ControlStoreFailure(
      kind: kind, location: "/var/secret/place.db", detail: "disk", remedy: "look at /var/secret")
    try await OperationsBench(.init(failure: .storage(failure))).withClient { client async throws in
      let answer = try await client.send(.post, "/api/breakers/mail/reset", body: #"{"reason": "x"}"#)
      let isLasting = kind == .corrupt || kind == .tooNew
      #expect(answer.status == (isLasting ? 500 : 503) && !answer.text.contains("secret"))
      #expect(answer["code"] == (isLasting ? "ORC_012" : "ORC_005"))
      #expect((answer.header("Retry-After") != nil) == !isLasting)
    }
  }

  @Test(
    "a method that a path does not have is a 405 with those that it has",
    arguments: [
      ("/health", "GET, HEAD"), ("/api/breakers/mail/override", "DELETE, PUT"),
      ("/api/examples/orders/faults", "GET, HEAD, PUT"), ("/login", "POST"),
    ])
  func methods(_ path: String, allowed: String) async throws {
    try await OperationsBench().withClient { client async throws in
      let answer = try await client.send(.patch, path, body: "{}")
      #expect(answer.status == 405 && answer.header("Allow") == allowed)
      #expect(answer.header("Content-Type") == "application/problem+json")
    }
  }

  @Test("names in paths are decoded once, and wrong escapes are refused")
  func escapes() async throws {
    try await OperationsBench().withClient { client async throws in
      #expect(try await client.get("/api/breakers/m%61il").status == 200)
      #expect(try await client.get("/api/breakers/m%2561il").status == 404)
      #expect(try await client.get("/api/breakers/%zz").status == 400)
      #expect(try await client.get("/api/breakers/a%00b").status == 400)
      #expect(try await client.get("/api/breakers/a%2Fb").text.contains("'a/b'"))
    }
  }

  @Test("the audit's limit has a range", arguments: ["0", "1001", "many", "-1", ""])
  func auditLimit(_ limit: String) async throws {
    try await OperationsBench().withClient { client async throws in
      let answer = try await client.get("/api/audit?limit=\(limit)")
      #expect(answer.status == 422 && answer.text.contains("1 to 1000"))
    }
  }
}
