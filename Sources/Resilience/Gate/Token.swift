/// What a gate wants to have back when the call has ended.
@frozen
public struct Token: Sendable, Equatable {
  /// The gate's state, with its generation, when the call was admitted.
  @usableFromInline let state: UInt64
  /// Which of the limited admissions (a half-open probe) it was, in the lower half; 0 is none.
  ///
  /// The upper half is for whoever has to remember something more.
  @usableFromInline let serial: UInt64
  /// When it was admitted; 0 where the gate does not measure durations.
  @usableFromInline let started: Instant

  /// Makes a token; only gates do.
  @inlinable
  public init(state: UInt64 = 0, serial: UInt64 = 0, started: Instant = 0) {
    self.state = state
    self.serial = serial
    self.started = started
  }
}
