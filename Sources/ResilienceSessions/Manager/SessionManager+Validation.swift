internal import Resilience
internal import ResilienceInterfaces

extension SessionManager {
  /// Examines what is to be stored before anything is asked of a store.
  func check(_ session: Session, _ operation: SessionOperation) throws(SessionError) {
    let settings = self.configuration
    guard session.state.count <= settings.maxStateBytes else {
      throw SessionError(
        .invalid, session.id, operation,
        "the state has \(session.state.count) bytes, allowed are \(settings.maxStateBytes): keep large things elsewhere"
          + " and their address here")
    }
    guard session.attributes.count <= settings.maxAttributes else {
      throw SessionError(
        .invalid, session.id, operation,
        "the session has \(session.attributes.count) attributes, allowed are \(settings.maxAttributes)")
    }
    for (name, value) in session.attributes {
      guard (1...64).contains(name.utf8.count), value.utf8.count <= 1_024 else {
        throw SessionError(
          .invalid, session.id, operation,
          "attribute '\(name.prefix(64))' has a name of \(name.utf8.count) and a value of \(value.utf8.count) bytes;"
            + " allowed are 1 to 64 and up to 1024")
      }
      guard name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !value.utf8.contains(0) else {
        throw SessionError(
          .invalid, session.id, operation,
          "attribute '\(name.filter { $0 > " " })' has a blank or control character in its name, or a NUL in its value"
        )
      }
    }
    if session.isExpired(at: self.clock.now) {
      throw SessionError(.invalid, session.id, operation, "its lifetime is over before it is stored: give more than 0")
    }
  }
}
