internal import Resilience
public import Tracing

/// A span of `SpanTracer`; safe to use from several threads, and inert after its end or when it is not sampled.
public final class RecordedSpan: Span {
  /// The most events, and the most links, that one span keeps; later ones are dropped.
  public static let mostEvents = 128
  /// The longest text of an attribute, in bytes; what is longer is cut.
  public static let longestText = 4_096

  private struct State {
    var name: String
    var attributes = SpanAttributes()
    var events: [FinishedSpan.Event] = []
    var links: [FinishedSpan.Link] = []
    var status = FinishedSpan.Status.unset
    var message: String?
    var hasEnded = false
  }

  /// What travels on with whatever is done for this span.
  public let context: ServiceContext
  /// The trace and this span's id.
  public let trace: TraceContext
  private let kind: SpanKind
  private let parentSpanID: UInt64?
  private let start: UInt64
  private let sink: (any SpanSink)?
  private let state: Lock<State>

  init(
    _ name: String, kind: SpanKind, context: ServiceContext, trace: TraceContext, parentSpanID: UInt64?,
    start: UInt64, sink: (any SpanSink)?
  ) {
    self.context = context
    self.trace = trace
    self.kind = kind
    self.parentSpanID = parentSpanID
    self.start = start
    self.sink = sink
    self.state = Lock(State(name: name))
  }

  /// Whether somebody will see what is recorded.
  public var isRecording: Bool { self.sink != nil && !self.state.withLock { $0.hasEnded } }

  /// What is done.
  public var operationName: String {
    get { self.state.withLock { $0.name } }
    set { self.change { $0.name = newValue } }
  }

  /// The circumstances.
  public var attributes: SpanAttributes {
    get { self.state.withLock { $0.attributes } }
    set { self.change { $0.attributes = newValue } }
  }

  /// Says how it ends; a failure is not taken back by a later "ok".
  public func setStatus(_ status: SpanStatus) {
    self.change { state in
      state.status = status.code == .ok ? .ok : .error
      state.message = status.code == .error ? status.message : nil
    }
  }

  /// Remembers something that happened.
  public func addEvent(_ event: SpanEvent) {
    guard self.sink != nil else { return }
    self.add(
      FinishedSpan.Event(
        name: event.name, time: event.nanosecondsSinceEpoch, attributes: TelemetryAttributes(event.attributes)))
  }

  /// Remembers an error as the event `exception`, by its type and not by its text, which may hold secrets.
  public func recordError<Instant: TracerInstant>(
    _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
  ) {
    guard self.sink != nil else { return }
    var all = TelemetryAttributes([("exception.type", .string(ErrorName.of(error)))])
    for entry in TelemetryAttributes(attributes).entries { all[entry.key] = entry.value }
    self.add(FinishedSpan.Event(name: "exception", time: instant().nanosecondsSinceEpoch, attributes: all))
  }

  /// Remembers a span that this one has to do with; one of another tracer says nothing here.
  public func addLink(_ link: SpanLink) {
    guard let trace = link.context.traceContext else { return }
    let link = FinishedSpan.Link(trace: trace, attributes: TelemetryAttributes(link.attributes))
    self.change { if $0.links.count < Self.mostEvents { $0.links.append(link) } }
  }

  /// Ends it; only the first end counts.
  public func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
    guard let sink else { return }
    let end = max(self.start, instant().nanosecondsSinceEpoch)
    let last = self.state.withLock { state -> State? in
      if state.hasEnded { return nil }
      state.hasEnded = true
      return state
    }
    guard let last else { return }
    sink.take(
      FinishedSpan(
        name: last.name, kind: self.kind, trace: self.trace, parentSpanID: self.parentSpanID, start: self.start,
        end: end, attributes: TelemetryAttributes(last.attributes), events: last.events, links: last.links,
        status: last.status, statusMessage: last.message))
  }

  /// A text as it is sent, at most `longestText` bytes and never half a character.
  static func cut(_ text: String) -> String {
    guard text.utf8.count > Self.longestText else { return text }
    var end = text.utf8.index(text.utf8.startIndex, offsetBy: Self.longestText)
    while end > text.startIndex, String.Index(end, within: text) == nil { end = text.utf8.index(before: end) }
    return String(text[..<end])
  }

  private func add(_ event: FinishedSpan.Event) {
    self.change { if $0.events.count < Self.mostEvents { $0.events.append(event) } }
  }

  private func change(_ body: (inout State) -> Void) {
    guard self.sink != nil else { return }
    self.state.withLock { if !$0.hasEnded { body(&$0) } }
  }
}
