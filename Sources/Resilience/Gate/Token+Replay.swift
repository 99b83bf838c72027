extension Token {
  /// The same admission, as of a call that began at another instant: for replaying recorded calls whose durations are
  /// known.
  ///
  /// Changes nothing where the gate does not measure durations.
  public func began(at instant: Instant) -> Token {
    guard self.started != 0 else { return self }
    return Token(state: self.state, serial: self.serial, started: instant == 0 ? 1 : instant)
  }
}
