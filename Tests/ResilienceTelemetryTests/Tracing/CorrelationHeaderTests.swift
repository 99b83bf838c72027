import ResilienceSimulation
import ResilienceTelemetry
import Testing

@Suite("Correlation ids")
struct CorrelationHeaderTests {
  @Test("R7.4 a safe id of the caller is taken as it is", arguments: ["a", "req-1_2.3:4~5+6/7=8@9", "Z"])
  func taken(header: String) {
    #expect(CorrelationHeader(header: header, random: { 0 }).text == header)
  }

  @Test(
    "R7.4 an id that could harm headers, logs or JSON is replaced",
    arguments: ["", " ", "a b", "a\r\nX: y", "a\"b", "a\\b", "<script>", "é", "a,b", "a;b", "a\u{0}", "a%0a"])
  func replaced(header: String) {
    #expect(CorrelationHeader(header: header) == nil)
    #expect(CorrelationHeader(header: header, random: { 7 }).text != header)
  }

  @Test("R7.4 without a safe id of its own a request goes by its trace's id")
  func traced() {
    let trace = TraceContext(traceparent: TraceContextTests.example)
    #expect(CorrelationHeader(header: nil, trace: trace, random: { 0 }).text == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(CorrelationHeader(header: "a b", trace: trace, random: { 0 }).text == trace?.traceID)
    #expect(CorrelationHeader(header: "mine", trace: trace, random: { 0 }).text == "mine")
  }

  @Test("R7.4 128 characters are taken and 129 replaced")
  func length() {
    #expect(CorrelationHeader(header: String(repeating: "x", count: 128)) != nil)
    #expect(CorrelationHeader(header: String(repeating: "x", count: 129)) == nil)
  }

  @Test("R7.4 made ids are version 4 UUIDs that their own reader takes, and differ", arguments: 0..<50)
  func made(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let first = CorrelationHeader(header: nil, random: { generator.next() })
    let second = CorrelationHeader(header: nil, random: { generator.next() })
    #expect(first != second)
    #expect(CorrelationHeader(header: first.text) == first)
    #expect(try /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.wholeMatch(in: first.text) != nil)
  }
}
