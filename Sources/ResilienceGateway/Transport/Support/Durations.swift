internal import NIOCore

extension TimeAmount {
  /// The same time for the event loop's timers; negative becomes zero and more than 100 years is cut.
  init(_ duration: Duration) {
    let longest: Int64 = 100 * 365 * 86_400
    let (seconds, attoseconds) = duration.components
    let whole = min(max(seconds, 0), longest)
    self = .nanoseconds(whole * 1_000_000_000 + (seconds < 0 ? 0 : attoseconds / 1_000_000_000))
  }
}
