/// A window with an address, so that a breaker can exchange it while calls are counted.
///
/// The breaker publishes the address in the line of its word, and keeps the box alive until it ends itself: whoever
/// has read an old address may still count there.
final class WindowBox: Sendable {
  let window: OutcomeWindow
  private let buckets: TimeBuckets?
  /// What it was made of; asked for the same again, the breaker takes it out of the cupboard.
  let kind: CircuitBreaker.Window
  let countsSlow: Bool

  init(_ kind: CircuitBreaker.Window, countsSlow: Bool, trend: AvailabilityTrend? = nil) {
    self.window = OutcomeWindow(kind, countsSlow: countsSlow, trend: trend)
    self.buckets = self.window.buckets
    self.kind = kind
    self.countsSlow = countsSlow
  }

  @inline(__always)
  func recordSuccess(_ runtime: Runtime) {
    guard let buckets else { return self.window.recordSuccess(at: 0) }
    let now = runtime.coarseNow()
    if _slowPath(!buckets.countSuccess(at: now)) { self.window.recordSuccess(at: now) }
  }

  func isLike(_ kind: CircuitBreaker.Window, countsSlow: Bool) -> Bool {
    self.kind == kind && self.countsSlow == countsSlow
  }

  var address: UInt64 { UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())) }
}
