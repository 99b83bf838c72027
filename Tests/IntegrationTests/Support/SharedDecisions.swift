import ServerTestSupport
import Testing

/// What two programs on one storage have together: reviews, the stop of healing, and changed settings.
enum SharedDecisions {
  /// What the dependency `mail` needs for it; it has to answer 503.
  static let keys = "retry: false, circuitBreaker: false, fallback: [{ review: { methods: [POST] } }]"

  /// Decides on one program what holds on the other, over the end of a program and of the server.
  static func check(
    _ first: ServedProgram, _ second: ServedProgram, restart: () async throws -> Void
  ) async throws {
    #expect(try await HTTP.send("POST", first.gateway, "/mail/send", body: "hello").status == 202)
    let waiting = try await second.operate("GET", "/api/review").json
    let id = try #require(waiting.elements.first?["id"].string, "\(waiting.encoded)")
    #expect(try await second.operate("POST", "/api/review/\(id)/discard", ["reason": "test"]).status == 200)
    #expect(try await first.operate("GET", "/api/review/\(id)").json["state"] == "discarded")

    #expect(try await first.operate("PUT", "/api/healing/stop", ["reason": "drill"]).status == 200)
    try await eventually("the other has stopped") {
      try await second.operate("GET", "/api/healing").json["stop"]["reason"] == "drill"
    }
    #expect(try await second.operate("DELETE", "/api/healing/stop", ["reason": "over"]).status == 200)
    try await eventually("the first goes on") {
      try await first.operate("GET", "/api/healing").json["stop"] == .null
    }

    let key = "dependencies.mail.timeout"
    func timeout(_ program: ServedProgram) async throws -> JSON {
      try await program.operate("GET", "/api/settings/\(key)").json
    }
    let change = try await first.operate("PUT", "/api/settings/\(key)", ["value": "7s", "reason": "slow"])
    #expect(change.status == 200, "\(change.body)")
    try await eventually("the other follows") { try await timeout(second).encoded.contains("7s") }
    #expect(try await first.operate("PUT", "/api/healing/stop", ["reason": "for the night"]).status == 200)
    second.crash()
    try await restart()
    try await second.start()
    #expect(try await timeout(second).encoded.contains("7s"), "it survives the end of both")
    let stop = try await second.operate("GET", "/api/healing").json["stop"]["reason"]
    #expect(stop == "for the night", "the stop survives the end of both")
    #expect(try await second.operate("GET", "/api/review/\(id)").json["state"] == "discarded")
  }
}
