import ResilienceSimulation
import ResilienceTelemetry
import Testing

@Suite("Trace state")
struct TraceStateTests {
  @Test("R7.4 members keep their order over several headers, and blanks and empty members go")
  func order() {
    let state = TraceState(headers: ["rojo=00f067aa0ba902b7 ,, congo=t61rcWkgMzE", "\tacme@tenant=a b "])
    #expect(state?.text == "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,acme@tenant=a b")
  }

  @Test(
    "R7.4 a malformed tracestate is refused whole",
    arguments: ["novalue", "=x", "Upper=1", "a=", "a=1,a=2", "a=b=c", "a=é", "a b=1", "-a=1"])
  func refused(header: String) {
    #expect(TraceState(headers: [header]) == nil)
  }

  @Test("R7.4 32 members are taken and 33 refused")
  func members() {
    let names = (0..<33).map { "k\($0)=v" }
    #expect(TraceState(headers: [names.dropLast().joined(separator: ",")])?.members.count == 32)
    #expect(TraceState(headers: [names.joined(separator: ",")]) == nil)
  }

  @Test("R7.4 keys and values may have 256 characters and no more")
  func lengths() {
    let long = String(repeating: "k", count: 256)
    #expect(TraceState(headers: ["\(long)=\(long)"]) != nil)
    #expect(TraceState(headers: ["\(long)k=v"]) == nil)
    #expect(TraceState(headers: ["k=\(long)v"]) == nil)
  }

  @Test("R7.4 a malformed tracestate does not end the trace")
  func traceGoesOn() throws {
    let context = try #require(TraceContext(traceparent: TraceContextTests.example, tracestate: ["a=1,a=2"]))
    #expect(context.tracestate == nil)
  }

  @Test("Random headers are read or refused without a crash, and what was read is read again", arguments: 0..<200)
  func fuzz(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let alphabet = Array("ab0_-*/@=,, \té\u{7F}".unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...30, using: &generator) {
      if let scalar = alphabet.randomElement(using: &generator) { text.append(scalar) }
    }
    guard let state = TraceState(headers: [String(text)]) else { return }
    #expect(TraceState(headers: [state.text]) == state)
  }
}
