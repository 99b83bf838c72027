/// Lets one of several processes be the one that does something, for a time.
///
/// A lease ends by itself when its holder does not renew it, so a crash blocks nobody for longer than its length. Its
/// holder cannot know that it has just ended (a pause, a slow network): whatever it writes elsewhere has to carry the
/// lease's **fencing token**, and the other side refuses tokens lower than the highest that it has seen. Source:
/// M. Kleppmann, "How to do distributed locking" (2016). Time counts by the store's clock, see ``StoreClock``.
public protocol LeaseStore: Sendable {
  /// Takes a lease, if nobody holds it.
  ///
  /// A holder who asks again is refused like anybody else; ``renewLease(_:length:)`` is his call.
  /// - Parameters:
  ///   - name: What is leased.
  ///   - owner: Who asks, for people.
  ///   - length: For how long.
  /// - Returns: The lease with a token higher than all that this name has had; nil if somebody holds it.
  func acquireLease(
    _ name: String, owner: String, length: Duration
  ) async throws(StoreFailure) -> StoreLease?

  /// Lengthens a lease: from now for the length given.
  ///
  /// - Throws: `leaseLost` if it has ended, even if nobody has taken it since.
  func renewLease(_ lease: StoreLease, length: Duration) async throws(StoreFailure) -> StoreLease

  /// Gives a lease back.
  ///
  /// - Returns: Whether it was still held; false does no harm.
  @discardableResult
  func releaseLease(_ lease: StoreLease) async throws(StoreFailure) -> Bool

  /// Who holds a lease now; nil if nobody does.
  func lease(named name: String) async throws(StoreFailure) -> StoreLease?
}
