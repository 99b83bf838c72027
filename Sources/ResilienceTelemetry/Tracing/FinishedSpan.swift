public import Tracing

/// A span that has ended: what exporters get.
public struct FinishedSpan: Sendable {
  /// Something that happened while the span lasted.
  public struct Event: Sendable, Hashable {
    /// What happened, such as `retry.scheduled`.
    public let name: String
    /// When, in nanoseconds since 1970.
    public let time: UInt64
    /// The circumstances.
    public let attributes: TelemetryAttributes
  }

  /// Another span that this one has to do with.
  public struct Link: Sendable, Hashable {
    /// The other span.
    public let trace: TraceContext
    /// The circumstances.
    public let attributes: TelemetryAttributes
  }

  /// How the span ended, as OpenTelemetry numbers it.
  public enum Status: Int, Sendable, Hashable {
    /// Nobody has said.
    case unset = 0
    /// Somebody has said that all went well.
    case ok = 1
    /// It failed.
    case error = 2
  }

  /// What was done; of low cardinality.
  public let name: String
  /// Its part in the conversation.
  public let kind: SpanKind
  /// The trace and the span's own id.
  public let trace: TraceContext
  /// The span that this one is a part of; nil for the first of its trace.
  public let parentSpanID: UInt64?
  /// When it began, in nanoseconds since 1970.
  public let start: UInt64
  /// When it ended, never before it began.
  public let end: UInt64
  /// The circumstances.
  public let attributes: TelemetryAttributes
  /// What happened, in order; bounded to the first 128.
  public let events: [Event]
  /// Other spans that it has to do with; bounded to the first 128.
  public let links: [Link]
  /// How it ended.
  public let status: Status
  /// Why it failed, in words without secrets.
  public let statusMessage: String?
}
