/// A window with an address, so that a breaker can exchange it while calls are counted.
///
/// The breaker publishes the address in the line of its word, and keeps the box alive until it ends itself: whoever
/// has read an old address may still count there.
@usableFromInline
final class WindowBox: Sendable {
  @usableFromInline let window: OutcomeWindow
  /// What it was made of; asked for the same again, the breaker takes it out of the cupboard.
  let kind: CircuitBreaker.Window
  let countsSlow: Bool

  init(_ kind: CircuitBreaker.Window, countsSlow: Bool, trend: AvailabilityTrend? = nil) {
    self.window = OutcomeWindow(kind, countsSlow: countsSlow, trend: trend)
    self.kind = kind
    self.countsSlow = countsSlow
  }

  func isLike(_ kind: CircuitBreaker.Window, countsSlow: Bool) -> Bool {
    self.kind == kind && self.countsSlow == countsSlow
  }

  var address: UInt64 { UInt64(UInt(bitPattern: Unmanaged.passUnretained(self).toOpaque())) }
}
