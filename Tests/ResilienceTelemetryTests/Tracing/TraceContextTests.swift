import ResilienceSimulation
import ResilienceTelemetry
import Testing

@Suite("Trace context")
struct TraceContextTests {
  static let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test("R7.4 the recommendation's own example is read and written unchanged")
  func example() throws {
    let context = try #require(TraceContext(traceparent: Self.example))
    #expect(context.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(context.spanID == 0x00f0_67aa_0ba9_02b7)
    #expect(context.isSampled)
    #expect(context.traceparent == Self.example)
    #expect(context.tracestate == nil)
  }

  @Test(
    "R7.4 a malformed traceparent is refused",
    arguments: [
      "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
      "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
      "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
      "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
      "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-01",
    ])
  func refused(text: String) {
    #expect(TraceContext(traceparent: text) == nil)
  }

  @Test("R7.4 the tail of an unknown version is ignored, and version 00 is sent on")
  func futureVersion() throws {
    let context = try #require(
      TraceContext(traceparent: "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings"))
    #expect(context.traceparent == Self.example)
  }

  @Test("Reserved flags are not sent on")
  func reservedFlags() throws {
    let context = try #require(
      TraceContext(traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe"))
    #expect(context.traceparent.hasSuffix("-02"))
    #expect(!context.isSampled)
  }

  @Test("R7.4 a child stays in the trace and is a span of its own")
  func child() throws {
    let parent = try #require(TraceContext(traceparent: Self.example, tracestate: ["vendor=1"]))
    let child = parent.child { 0xABC }
    #expect(child.traceID == parent.traceID)
    #expect(child.traceparent == "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000abc-01")
    #expect(child.tracestate == "vendor=1")
  }

  @Test("Ids are never zero, even from a source that yields nothing else")
  func neverZero() {
    let context = TraceContext(startingWith: { 0 })
    #expect(TraceContext(traceparent: context.traceparent) != nil)
    #expect(TraceContext(traceparent: context.child { 0 }.traceparent) != nil)
  }

  @Test("What is written is read back, and mutilated headers are read or refused without a crash", arguments: 0..<200)
  func fuzz(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let context = TraceContext(startingWith: { generator.next() })
    #expect(TraceContext(traceparent: context.traceparent) == context)
    var bytes = Array(context.traceparent.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let index = Int.random(in: bytes.indices, using: &generator)
      switch Int.random(in: 0...2, using: &generator) {
      case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
      case 1: bytes.remove(at: index)
      default: bytes.insert(bytes[index], at: index)
      }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let read = TraceContext(traceparent: text) else { return }
    #expect(TraceContext(traceparent: read.traceparent)?.traceID == read.traceID)
    #expect(read.traceparent.utf8.count == 55)
  }
}
