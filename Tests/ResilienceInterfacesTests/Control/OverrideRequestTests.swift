import ResilienceInterfaces
import Testing

@Suite("An override request")
struct OverrideRequestTests {
  @Test(
    "R2.7 takes lengths with a unit",
    arguments: [
      ("1s", 1_000), ("1000ms", 1_000), ("10m", 600_000), ("1.5h", 5_400_000), ("365d", 31_536_000_000),
    ] as [(String, Int64)])
  func takesLengths(_ text: String, milliseconds: Int64) throws {
    let request = try OverrideRequest(state: "isolated", reason: "maintenance", duration: text)
    #expect(request.override(ofBreaker: "mail", actor: "ada", at: 7).expires == 7 + milliseconds)
  }

  @Test(
    "R2.7 refuses lengths without a unit, out of range or not a number",
    arguments: [
      "", "10", "m", "-1s", "0s", "999ms", "366d", "1e3s", "1.2.3s", "10 m", "NaNs", "infd", "٣s", "99999999999999s",
    ])
  func refusesLengths(_ text: String) {
    let failure = #expect(throws: ControlFailure.self) {
      try OverrideRequest(state: "isolated", reason: "maintenance", duration: text)
    }
    guard case .invalid("for", text, let allowed) = failure else {
      Issue.record("unexpected \(String(describing: failure))")
      return
    }
    #expect(allowed.contains("10m"))
  }

  @Test("R2.7 refuses an unknown state and names those that there are")
  func refusesState() {
    #expect(throws: ControlFailure.invalid(field: "state", found: "open", allowed: "isolated, disabled, observing")) {
      try OverrideRequest(state: "open", reason: "maintenance")
    }
  }

  @Test("R2.7 asks for a reason of 1 to 500 characters", arguments: ["", " \n\t ", String(repeating: "x", count: 501)])
  func refusesReason(_ reason: String) {
    let failure = #expect(throws: ControlFailure.self) { try OverrideRequest(state: "isolated", reason: reason) }
    #expect(failure?.description.contains("1 to 500 characters") == true)
  }

  @Test("R2.7 trims the reason, and 500 characters are not too many")
  func trimsReason() throws {
    let reason = String(repeating: "é", count: 500)
    #expect(try OverrideRequest(state: "observing", reason: "  \(reason)\n").reason == reason)
  }

  @Test("R2.7 an override without a length never expires; with one it ends at that instant")
  func expires() throws {
    let forever = try OverrideRequest(state: "disabled", reason: "x").override(ofBreaker: "b", actor: "a", at: 5)
    #expect(forever.expires == nil && !forever.isExpired(at: .max))
    let short = try OverrideRequest(state: "disabled", reason: "x", duration: "1s")
      .override(ofBreaker: "b", actor: "a", at: 5)
    #expect(!short.isExpired(at: 1_004) && short.isExpired(at: 1_005))
  }
}
