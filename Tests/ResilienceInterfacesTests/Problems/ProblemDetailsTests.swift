import Foundation
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@Suite("Problem details")
struct ProblemDetailsTests {
  static let members: Set<String> = [
    "type", "title", "status", "detail", "instance", "code", "correlationId", "dependency", "policy", "state",
    "retryAfterSeconds",
  ]

  static let full = ProblemDetails(
    .serviceUnavailable, prefix: "ORC", detail: "The breaker of openai is open", instance: "/openai/v1/chat",
    correlationId: "abc-1", dependency: "openai", policy: "circuitBreaker", state: "open", retryAfterSeconds: 42)

  @Test("R7.3 a full problem body has exactly the members of the contract")
  func exactMembers() throws {
    let object = try #require(try JSONSerialization.jsonObject(with: Data(Self.full.json.utf8)) as? [String: Any])
    #expect(Set(object.keys) == Self.members)
    #expect(object["status"] as? Int == 503)
    #expect(object["code"] as? String == "ORC_005")
    #expect(object["type"] as? String == "urn:resilience:problem:service-unavailable")
    #expect(object["retryAfterSeconds"] as? Int == 42)
  }

  @Test("R7.3 members that are not known are left out of a problem body")
  func absentMembers() throws {
    let text = ProblemDetails(.notFound).json
    #expect(
      text == #"{"type":"urn:resilience:problem:not-found","title":"Not found","status":404,"code":"RES_010"}"#)
  }

  @Test("A more precise status replaces the status of the code")
  func preciseStatus() {
    #expect(ProblemDetails(.validation, status: 413).status == 413)
    #expect(ProblemDetails(.validation, status: 413).code == "RES_001")
  }

  @Test("R7.6 problem details survive encoding and decoding")
  func codable() throws {
    let decoded = try JSONDecoder().decode(ProblemDetails.self, from: Data(Self.full.json.utf8))
    #expect(decoded == Self.full)
    let again = try JSONDecoder().decode(ProblemDetails.self, from: JSONEncoder().encode(Self.full))
    #expect(again == Self.full)
  }

  @Test("R7.3 any text whatever is escaped so that a JSON parser reads back the same text", arguments: 0..<200)
  func fuzzedText(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let text = Self.randomText(&generator)
    let problem = ProblemDetails(.internal, prefix: text, detail: text, instance: text, dependency: text)
    #expect(try JSONDecoder().decode(ProblemDetails.self, from: Data(problem.json.utf8)) == problem)
    #expect(!problem.json.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
  }

  static func randomText(_ generator: inout SeededGenerator) -> String {
    var text = String.UnicodeScalarView()
    let spice: [Unicode.Scalar] = ["\"", "\\", "\n", "\u{0}", "\u{7F}", "\u{2028}", "é", "\u{1F600}", "/", "\u{301}"]
    for _ in 0..<Int.random(in: 0...40, using: &generator) {
      if Bool.random(using: &generator), let scalar = spice.randomElement(using: &generator) {
        text.append(scalar)
      } else if let scalar = Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &generator)) {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
