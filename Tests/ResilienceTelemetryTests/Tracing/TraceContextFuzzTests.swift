import ResilienceTelemetry
import ResilienceTesting
import Testing

@Suite("Trace context, fuzzed")
struct TraceContextFuzzTests {
  /// The recommendation's grammar, written down a second time and plainly.
  private static func reference(_ header: String) -> (trace: String, span: String, sampled: Bool)? {
    let bytes = Array(header.utf8)
    guard bytes.count >= 55 else { return nil }
    let parts = header.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    func isHex(_ text: String, _ count: Int) -> Bool {
      text.utf8.count == count && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
    guard parts.count >= 4, isHex(parts[0], 2), isHex(parts[1], 32), isHex(parts[2], 16), isHex(parts[3], 2) else {
      return nil
    }
    if parts[0] == "ff" || (parts[0] == "00" && parts.count != 4) { return nil }
    if parts[1].allSatisfy({ $0 == "0" }) || parts[2].allSatisfy({ $0 == "0" }) { return nil }
    return (parts[1], parts[2], (UInt8(parts[3], radix: 16) ?? 0) & 1 == 1)
  }

  private static func check(_ header: String) {
    let found = TraceContext(traceparent: header)
    let expected = Self.reference(header)
    #expect((found == nil) == (expected == nil), "'\(header)'")
    guard let found, let expected else { return }
    #expect(found.traceID == expected.trace && found.spanIDText == expected.span, "'\(header)'")
    #expect(found.isSampled == expected.sampled, "'\(header)'")
    // What is written is read as the same.
    let again = TraceContext(traceparent: found.traceparent)
    #expect(again?.traceID == found.traceID && again?.spanID == found.spanID && again?.isSampled == found.isSampled)
  }

  @Test(
    "R11.8 mutated traceparent headers are taken or refused as the grammar says", arguments: 0..<20 as Range<UInt64>)
  func mutated(seed: UInt64) {
    var chance = SplitMix(seed)
    let start = Array("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".utf8)
    let alphabet = Array("0123456789abcdefABCDEFg-_ \u{e9}\u{0}\n".utf8)
    for _ in 0..<500 {
      var bytes = start
      for _ in 0...Int(chance.next() % 3) {
        let place = Int(chance.next() % UInt64(bytes.count))
        let letter = alphabet[Int(chance.next() % UInt64(alphabet.count))]
        switch chance.next() % 4 {
        case 0: bytes[place] = letter
        case 1: bytes.insert(letter, at: place)
        case 2: bytes.remove(at: place)
        default: bytes += [UInt8(ascii: "-"), letter]
        }
      }
      Self.check(String(decoding: bytes, as: UTF8.self))
    }
  }

  @Test(
    "R11.8 any bytes as tracestate are taken or dropped, and what is taken is written the same",
    arguments: 0..<20 as Range<UInt64>)
  func states(seed: UInt64) {
    var chance = SplitMix(seed)
    let alphabet = Array("ab=,@ \t-_*/19AZ~\u{7f}".utf8)
    for _ in 0..<500 {
      let bytes = (0..<Int(chance.next() % 40)).map { _ in alphabet[Int(chance.next() % UInt64(alphabet.count))] }
      guard let state = TraceState(headers: [String(decoding: bytes, as: UTF8.self)]) else { continue }
      #expect(TraceState(headers: [state.text])?.members == state.members)
      #expect(Set(state.members.map(\.key)).count == state.members.count)
    }
  }
}

/// Vigna's SplitMix64.
private struct SplitMix {
  private var state: UInt64
  init(_ seed: UInt64) { self.state = seed }
  mutating func next() -> UInt64 {
    self.state &+= 0x9e37_79b9_7f4a_7c15
    var value = self.state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}
