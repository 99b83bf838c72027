/// The primary store could not serve an operation.
struct PrimaryAway: Error {
  /// What callers are told where there is no fallback.
  let error: SessionError
  /// The write that may have arrived although its answer did not.
  var attempted: String?
}
