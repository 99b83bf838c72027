import Foundation
import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@Suite("Service errors")
struct ServiceErrorTests {
  /// The requirement's kinds, each with the contract's code and status.
  static let kinds: [(ServiceError.Kind, String, Int)] = [
    (.validation, "ORC_001", 400), (.businessRule, "ORC_002", 422), (.workflow, "ORC_003", 409),
    (.externalService, "ORC_004", 502), (.serviceUnavailable, "ORC_005", 503), (.timeout, "ORC_006", 504),
    (.rateLimited, "ORC_007", 429), (.authentication, "ORC_008", 401), (.authorization, "ORC_009", 403),
    (.notFound, "ORC_010", 404), (.conflict, "ORC_011", 409), (.concurrentAccess, "ORC_011", 409),
    (.storageCorrupted, "ORC_012", 500), (.internal, "ORC_013", 500),
  ]

  @Test("R7.1 every kind has code, category, severity, retryability and a message for people", arguments: kinds)
  func kind(kind: ServiceError.Kind, code: String, status: Int) {
    let error = ServiceError(kind, "what happened", context: ["order": "7"])
    #expect(error.code.text(prefix: "ORC") == code && error.code.status == status)
    #expect(error.severity == kind.severity && error.isRetryable == kind.isRetryable)
    #expect(error.userMessage.hasSuffix(".") && !error.userMessage.contains("what happened"))
    // What a retry decides by the category must not contradict what the error says of itself.
    if kind.isRetryable && kind != .concurrentAccess { #expect(error.category.isTransient) }
    if !kind.isRetryable && ![.storageCorrupted, .internal].contains(kind) { #expect(!error.category.isTransient) }
  }

  @Test("R7.1 the table names every kind, and severities are ordered")
  func complete() {
    #expect(Set(Self.kinds.map(\.0)) == Set(ServiceError.Kind.allCases))
    #expect(Set(ServiceError.Kind.allCases.map(\.userMessage)).count == ServiceError.Kind.allCases.count)
    #expect(ServiceError.Severity.info < .warning && ServiceError.Severity.error < .critical)
  }

  @Test(
    "R7.2 HTTP statuses become kinds by the table",
    arguments: [
      (200, nil), (302, nil), (400, .validation), (401, .authentication), (403, .authorization), (404, .notFound),
      (408, .timeout), (409, .conflict), (410, .notFound), (412, .concurrentAccess), (413, .validation),
      (418, .validation), (422, .businessRule), (423, .concurrentAccess), (425, .rateLimited), (429, .rateLimited),
      (500, .externalService), (501, .externalService), (502, .externalService), (503, .serviceUnavailable),
      (504, .timeout), (507, .serviceUnavailable), (599, .externalService),
    ] as [(Int, ServiceError.Kind?)])
  func statuses(status: Int, kind: ServiceError.Kind?) { #expect(ServiceError.Kind(status: status) == kind) }

  @Test("R7.2 every category of failure and every failure of a storage has a kind")
  func categories() {
    for category in FailureCategory.allCases where ![.unknown, .cancelled].contains(category) {
      #expect(ServiceError.Kind(category: category) != .internal)
    }
    #expect(ServiceError.Kind(storage: .corrupt) == .storageCorrupted)
    #expect(ServiceError.Kind(storage: .locked) == .concurrentAccess)
    #expect(ServiceError.Kind(storage: .full) == .serviceUnavailable)
  }

  @Test("R7.2 a policy's refusal keeps policy, state, wait and correlation id", arguments: Rejection.Reason.allCases)
  func rejections(reason: Rejection.Reason) {
    let rejection = Rejection(
      reason, by: .circuitBreaker, named: "payments", state: "open", retryAfter: .seconds(12), correlationID: "c-1")
    let error = ServiceError(rejection, service: "shop", operation: "charge")
    #expect(error.dependency == "payments" && error.context["state"] == "open" && error.correlationID == "c-1")
    #expect(error.retryAfter == .seconds(12) && error.context["reason"] == reason.rawValue)
    #expect(error.service == "shop" && error.operation == "charge")
    let problem = error.problem(prefix: "ORC", instance: "/a")
    #expect(problem.retryAfterSeconds == 12 && problem.correlationId == "c-1")
  }

  @Test("R7.3 neither a foreign error's text nor the operators' message reaches the caller")
  func leaks() throws {
    struct Leaky: Error, CustomStringConvertible { var description: String { "password=hunter2 at 10.0.0.7" } }
    let error = ServiceError(Leaky(), correlationID: "c")
    #expect(!"\(error)".contains("hunter2"))
    let own = ServiceError(.internal, "disk /dev/sda of 10.0.0.7", context: ["host": "10.0.0.7"])
    #expect(!own.problem().json.contains("10.0.0.7") && !own.problem().json.contains("sda"))
  }

  @Test("R7.4 an error takes the request's correlation id where nobody gives another")
  func correlation() {
    CorrelationID.$current.withValue("task-1") {
      #expect(ServiceError(.timeout, "x").correlationID == "task-1")
      #expect(ServiceError(CancellationError()).correlationID == "task-1")
    }
    #expect(ServiceError(.timeout, "x", correlationID: "own").correlationID == "own")
  }

  @Test(
    "R7.6 any error, with causes and members of a newer version, is read and written without loss", arguments: 0..<200)
  func roundTrip(seed: UInt64) throws {
    var chance = SeededGenerator(seed: seed)
    let error = Self.random(&chance, depth: 2)
    let text = try JSONEncoder().encode(error)
    #expect(try JSONDecoder().decode(ServiceError.self, from: text) == error)
  }

  @Test("R7.6 kinds, severities and members that this version does not know are written again as they were")
  func future() throws {
    let text = #"""
      {"kind":"quantumDecoherence","code":99,"message":"m","severity":"apocalyptic","retryable":true,
      "userMessage":"u","big":18446744073709551615,"nested":{"a":[1,2.5,null,true,"x"]}}
      """#
    let error = try JSONDecoder().decode(ServiceError.self, from: Data(text.utf8))
    #expect(error.kind == .internal && error.isRetryable)
    let written = try JSONDecoder().decode(JSONFragment.self, from: JSONEncoder().encode(error))
    guard case .object(let members) = written else { throw CancellationError() }
    #expect(members["kind"] == .string("quantumDecoherence") && members["severity"] == .string("apocalyptic"))
    #expect(members["big"] == .unsigned(.max))
    #expect(members["nested"] == .object(["a": .array([.int(1), .double(2.5), .null, .bool(true), .string("x")])]))
    let again = try JSONDecoder().decode(ServiceError.self, from: JSONEncoder().encode(error))
    #expect(again == error)
  }

  private static func random(_ chance: inout SeededGenerator, depth: Int) -> ServiceError {
    func text() -> String { ProblemDetailsTests.randomText(&chance) }
    func maybe() -> String? { Bool.random(using: &chance) ? text() : nil }
    var error = ServiceError(
      ServiceError.Kind.allCases.randomElement(using: &chance) ?? .internal, text(),
      severity: ServiceError.Severity.allCases.randomElement(using: &chance),
      isRetryable: Bool.random(using: &chance), userMessage: maybe(), context: [text(): text(), "b": text()],
      correlationID: maybe(), service: maybe(), operation: maybe(), dependency: maybe(),
      retryAfterMilliseconds: Bool.random(using: &chance) ? Int64.random(in: .min ... .max, using: &chance) : nil,
      time: Bool.random(using: &chance) ? Int64.random(in: .min ... .max, using: &chance) : nil)
    if Bool.random(using: &chance) { error.unknown["x-" + text()] = .array([.string(text()), .int(7), .null]) }
    if depth > 0 {
      for _ in 0..<Int.random(in: 0...2, using: &chance) { error.causes.append(Self.random(&chance, depth: depth - 1)) }
    }
    return error
  }
}
