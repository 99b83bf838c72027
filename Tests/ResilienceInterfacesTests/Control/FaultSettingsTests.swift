import ResilienceInterfaces
import Testing

@Suite("Fault settings and control failures")
struct FaultSettingsTests {
  @Test("takes faults within their ranges", arguments: [0, 0.5, 1])
  func takes(_ rate: Double) throws {
    try FaultSettings(errorRate: rate, latencyMilliseconds: 60_000, reset: true, hang: true).validate()
  }

  @Test("refuses an error rate outside 0…1", arguments: [-0.01, 1.01, .nan, .infinity])
  func refusesRate(_ rate: Double) {
    let failure = #expect(throws: ControlFailure.self) { try FaultSettings(errorRate: rate).validate() }
    #expect(failure?.description.contains("'errorRate'") == true)
  }

  @Test("refuses a latency outside 0…60000 ms", arguments: [-1, 60_001])
  func refusesLatency(_ latency: Int) {
    #expect(throws: ControlFailure.self) { try FaultSettings(latencyMilliseconds: latency).validate() }
  }

  @Test("a failure names what there is")
  func namesKnown() {
    let failure = ControlFailure.unknownBreaker(name: "mial", known: ["mail", "search"])
    #expect(failure.description == "No breaker is called 'mial'. Known: mail, search.")
    #expect(ControlFailure.unknownExample(name: "x", known: []).description.hasSuffix("There is none."))
  }
}
