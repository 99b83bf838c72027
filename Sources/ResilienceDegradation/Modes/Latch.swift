/// A switch with hysteresis: on after its condition has held for a while, off after it has not held for a while.
///
/// Both without a break: every sample that contradicts begins the wait anew. So it changes at most once within the
/// shorter
/// of the two lengths, whatever the condition does. A value; times are milliseconds of any clock, and a clock that was
/// set back only makes it wait longer.
public struct Latch: Sendable, Equatable {
  /// Whether it is on.
  public private(set) var isOn = false
  /// Since when the condition has said the opposite; nil while it agrees.
  public private(set) var contradictedSince: Int64?

  /// A latch that is off.
  public init() {}

  /// Takes a sample, and says whether the latch has changed.
  ///
  /// - Parameters:
  ///   - holds: Whether the condition holds now, and until the next sample.
  ///   - enterAfter: For how long it must have held before the latch goes on, in milliseconds.
  ///   - leaveAfter: For how long it must not have held before the latch goes off, in milliseconds.
  ///   - now: The time.
  public mutating func update(_ holds: Bool, enterAfter: Int64, leaveAfter: Int64, at now: Int64) -> Bool {
    guard holds != self.isOn else {
      self.contradictedSince = nil
      return false
    }
    let since = min(self.contradictedSince ?? now, now)
    self.contradictedSince = since
    guard now - since >= (self.isOn ? leaveAfter : enterAfter) else { return false }
    self.isOn = holds
    self.contradictedSince = nil
    return true
  }

  /// Goes off at once.
  public mutating func reset() { self = Latch() }
}
