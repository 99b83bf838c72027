/// Where a request stands in a distributed trace: W3C Trace Context, `traceparent` and `tracestate`.
///
/// Take it from the incoming headers or start a new trace, and send `child(random:)` on with every attempt, so that
/// each attempt is a span of its own. Randomness is passed in; nothing here knows a clock or a generator.
public struct TraceContext: Sendable, Hashable {
  /// The upper 64 bits of the trace's id.
  public let traceIDHigh: UInt64
  /// The lower 64 bits of the trace's id.
  public let traceIDLow: UInt64
  /// The id of the span that sends, never zero.
  public let spanID: UInt64
  /// Whether the caller records the trace.
  public let isSampled: Bool
  /// Whether the caller says that the trace's id is random (level 2 of the recommendation).
  public let isTraceIDRandom: Bool
  /// What other tracing systems along the way have added.
  public let state: TraceState

  /// Reads a `traceparent` header and the `tracestate` headers beside it; `nil` means: start a new trace.
  ///
  /// Version `00` must be exactly 55 characters of the known form, in lowercase; of unknown versions the known part is
  /// taken and the tail ignored; version `ff` and all-zero ids are refused. A malformed `tracestate` is dropped and the
  /// trace goes on, as the recommendation says.
  public init?(traceparent: String, tracestate: [String] = []) {
    let bytes = Substring(traceparent).utf8
    guard bytes.count >= 55 else { return nil }
    func field(_ offset: Int, _ count: Int) -> UInt64? {
      let start = bytes.index(bytes.startIndex, offsetBy: offset)
      return Hexadecimal.parse(bytes[start..<bytes.index(start, offsetBy: count)])
    }
    func isDash(_ offset: Int) -> Bool {
      bytes[bytes.index(bytes.startIndex, offsetBy: offset)] == UInt8(ascii: "-")
    }
    guard let version = field(0, 2), version != 0xff, isDash(2), isDash(35), isDash(52) else { return nil }
    guard bytes.count == 55 || (version != 0 && isDash(55)) else { return nil }
    guard let high = field(3, 16), let low = field(19, 16), let span = field(36, 16), let flags = field(53, 2) else {
      return nil
    }
    guard high != 0 || low != 0, span != 0 else { return nil }
    self.init(
      traceIDHigh: high, traceIDLow: low, spanID: span, isSampled: flags & 1 != 0,
      isTraceIDRandom: version == 0 && flags & 2 != 0, state: TraceState(headers: tracestate) ?? TraceState())
  }

  /// Starts a new trace with ids from the given source of random numbers.
  public init(startingWith random: () -> UInt64, isSampled: Bool = true) {
    self.init(
      traceIDHigh: random(), traceIDLow: Self.nonZero(random), spanID: Self.nonZero(random), isSampled: isSampled,
      isTraceIDRandom: true, state: TraceState())
  }

  private init(
    traceIDHigh: UInt64, traceIDLow: UInt64, spanID: UInt64, isSampled: Bool, isTraceIDRandom: Bool,
    state: TraceState
  ) {
    self.traceIDHigh = traceIDHigh
    self.traceIDLow = traceIDLow
    self.spanID = spanID
    self.isSampled = isSampled
    self.isTraceIDRandom = isTraceIDRandom
    self.state = state
  }

  /// The same trace with a new span's id: what to send with one attempt.
  public func child(random: () -> UInt64) -> TraceContext {
    TraceContext(
      traceIDHigh: self.traceIDHigh, traceIDLow: self.traceIDLow, spanID: Self.nonZero(random),
      isSampled: self.isSampled, isTraceIDRandom: self.isTraceIDRandom, state: self.state)
  }

  /// The same trace and span, not recorded.
  public var unsampled: TraceContext {
    TraceContext(
      traceIDHigh: self.traceIDHigh, traceIDLow: self.traceIDLow, spanID: self.spanID, isSampled: false,
      isTraceIDRandom: self.isTraceIDRandom, state: self.state)
  }

  /// The span's id as 16 lowercase hexadecimal digits.
  public var spanIDText: String { Hexadecimal.text(self.spanID, width: 16) }

  /// The trace's id as 32 lowercase hexadecimal digits.
  public var traceID: String {
    Hexadecimal.text(self.traceIDHigh, width: 16) + Hexadecimal.text(self.traceIDLow, width: 16)
  }

  /// The value of the `traceparent` header, always version `00`.
  public var traceparent: String {
    let flags = (self.isSampled ? 1 : 0) | (self.isTraceIDRandom ? 2 : 0) as UInt64
    return "00-\(self.traceID)-\(Hexadecimal.text(self.spanID, width: 16))-\(Hexadecimal.text(flags, width: 2))"
  }

  /// The value of the `tracestate` header, or `nil` where there is none to send.
  public var tracestate: String? { self.state.members.isEmpty ? nil : self.state.text }

  /// A zero id is invalid; a source that yields nothing else (a stub) must not hang the caller.
  private static func nonZero(_ random: () -> UInt64) -> UInt64 {
    let value = random()
    return value == 0 ? 1 : value
  }
}
