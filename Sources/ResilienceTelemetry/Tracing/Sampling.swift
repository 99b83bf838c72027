/// Which traces are recorded.
///
/// A caller that sent `traceparent` has decided already, and its flag is followed, so that no trace has holes. Traces
/// that begin here are recorded with the given share, by the trace's id: every service with the same share decides
/// alike (OpenTelemetry's consistent probability sampling: the lower 56 bits are compared with a threshold).
public struct Sampling: Sendable, Hashable {
  /// The share of traces that begin here, 0…1; default 1.
  public let ratio: Double
  private let threshold: UInt64

  /// Every trace.
  public static let all = Sampling(ratio: 1)
  /// Only traces whose caller records them.
  public static let followCaller = Sampling(ratio: 0)

  /// Takes a share; what is outside of 0…1 is brought to the nearest, NaN to 0.
  public init(ratio: Double) {
    self.ratio = ratio.isNaN ? 0 : min(1, max(0, ratio))
    self.threshold = UInt64(((1 - self.ratio) * 0x1p56).rounded())
  }

  /// Whether a span of this trace is recorded.
  ///
  /// - Parameters:
  ///   - parent: What the caller sent, or the enclosing span; nil where the trace begins here.
  ///   - traceIDLow: The lower 64 bits of the trace's id.
  public func isSampled(parent: TraceContext?, traceIDLow: UInt64) -> Bool {
    if let parent { return parent.isSampled }
    return traceIDLow & 0x00FF_FFFF_FFFF_FFFF >= self.threshold
  }
}
