import ResilienceInterfaces
import Testing

@Suite("Error codes")
struct ErrorCodeTests {
  static let table: [(ErrorCode, String, Int)] = [
    (.validation, "ORC_001", 400), (.businessRule, "ORC_002", 422), (.workflow, "ORC_003", 409),
    (.externalService, "ORC_004", 502), (.serviceUnavailable, "ORC_005", 503), (.timeout, "ORC_006", 504),
    (.rateLimited, "ORC_007", 429), (.authentication, "ORC_008", 401), (.authorization, "ORC_009", 403),
    (.notFound, "ORC_010", 404), (.conflict, "ORC_011", 409), (.storageCorrupted, "ORC_012", 500),
    (.internal, "ORC_013", 500),
  ]

  @Test("R7.2 every code has its number and status of the contract", arguments: Self.table)
  func numbers(code: ErrorCode, text: String, status: Int) {
    #expect(code.text(prefix: "ORC") == text)
    #expect(code.status == status)
  }

  @Test("R7.2 the contract's table names every code")
  func complete() {
    #expect(Set(Self.table.map(\.0)) == Set(ErrorCode.allCases))
  }

  @Test("R7.2 every code has a title and a type of its own")
  func distinct() {
    #expect(Set(ErrorCode.allCases.map(\.title)).count == ErrorCode.allCases.count)
    #expect(Set(ErrorCode.allCases.map(\.typeURI)).count == ErrorCode.allCases.count)
    #expect(ErrorCode.storageCorrupted.typeURI == "urn:resilience:problem:storage-corrupted")
  }
}
