import HTTPTypes
import ResilienceInterfaces
import Testing

@testable import ResilienceHummingbird

@Suite("Reading and changing settings")
struct SettingRouteTests {
  private static let path = "/api/settings/dependencies.orders.timeout"

  @Test("R12.6 settings are read by key and below a key; a key that there is not is a 404")
  func reading() async throws {
    try await OperationsBench().withClient { client async throws in
      #expect(try await client.get(Self.path)["unit"] == "ms, s, m, h or d")
      #expect(try await client.get("/api/settings?below=dependencies.orders").status == 200)
      #expect(try await client.get("/api/settings").status == 200)
      for path in ["/api/settings?below=nothing", "/api/settings/nothing"] {
        #expect(try await client.get(path).status == 404, "\(path)")
      }
    }
  }

  @Test("R12.6 a change passes on values, reason and actor; null and DELETE take it back; numbers count as written")
  func changing() async throws {
    let bench = try OperationsBench(operators: OperationsBench.operators)
    let otto = ["Authorization": "Bearer operator-token-02"]
    try await bench.withClient { client async throws in
      let put = #"{"value": "5s", "reason": " slow "}"#
      #expect(try await client.send(.put, Self.path, otto, body: put).status == 200)
      #expect(try await client.send(.delete, Self.path, otto, body: #"{"reason": "over"}"#).status == 200)
      let patch = #"{"values": {"a": "x", "b": 2, "c": 0.5, "d": true, "e": null}, "reason": "many"}"#
      #expect(try await client.send(.patch, "/api/settings", otto, body: patch).status == 200)
      for body in [
        #"{"values": {"a": []}, "reason": "x"}"#, #"{"values": [], "reason": "x"}"#, #"{"reason": "x"}"#,
        #"{"values": {"a": "x"}}"#,
      ] { #expect(try await client.send(.patch, "/api/settings", otto, body: body).status == 422, "\(body)") }
    }
    let changes = bench.plane.current.changes
    #expect(changes.map(\.actor) == ["otto", "otto", "otto"] && changes.map(\.reason) == ["slow", "over", "many"])
    #expect(changes[0].values == ["dependencies.orders.timeout": "5s"])
    #expect(changes[1].values == ["dependencies.orders.timeout": nil])
    #expect(changes[2].values == ["a": "x", "b": "2", "c": "0.5", "d": "true", "e": nil])
  }

  @Test(
    "R12.6 each refusal has its status and says why",
    arguments: [
      (ControlFailure.unknownSetting(key: "x.y", remedy: "Did you mean 'x.z'?"), 404, "x.z"),
      (.fixedSetting(key: "x.y", because: "it needs a restart"), 409, "restart"),
      (.invalidSettings(problems: ["run-time override: x.y: too large"]), 422, "too large"),
    ] as [(ControlFailure, Int, String)])
  func refusals(failure: ControlFailure, status: Int, words: String) async throws {
    let bench = try OperationsBench()
    bench.plane.change { $0.failure = failure }
    try await bench.withClient { client async throws in
      let answer = try await client.send(.put, Self.path, body: #"{"value": "5s", "reason": "slow"}"#)
      #expect(answer.status == status && answer.text.contains(words), "\(answer.text)")
    }
  }

  @Test("R12.2 who may only look may not change, and a page elsewhere may neither")
  func access() async throws {
    try await OperationsBench(operators: OperationsBench.operators).withClient { client async throws in
      let body = #"{"value": "5s", "reason": "slow"}"#
      let viewer = ["Authorization": "Bearer viewer-token-0001"]
      #expect(try await client.get(Self.path).status == 401)
      #expect(try await client.get(Self.path, viewer).status == 200)
      #expect(try await client.send(.put, Self.path, viewer, body: body).status == 403)
      let elsewhere = ["Authorization": "Bearer operator-token-02", "Origin": "http://evil.example"]
      #expect(try await client.send(.put, Self.path, elsewhere, body: body).status == 403)
    }
  }
}
