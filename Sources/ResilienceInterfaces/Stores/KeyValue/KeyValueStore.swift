/// Keeps values under keys, each with a version and, if wished, an end: sessions, caches, overrides.
///
/// What every implementation promises, and `KeyValueStoreConformance` in `ResilienceTesting` checks:
/// - A write that has returned is kept as safely as the store can (durable ones: on the disk, or as documented).
/// - **Versions** grow: a write's version is higher than every version that the key has ever had, also after the entry
///   was removed or has expired. So a version seen once never means two different values.
/// - A conditional write is atomic: of many writers that expect the same version exactly one succeeds.
/// - **Expiry is honoured on read**: an entry whose time is over is not seen by anybody, removed from the disk or not.
///   Its time counts from the write, by the store's clock (``StoreClock``; a server's own clock for stores on servers).
/// - Keys are compared byte by byte, and listed in the order of their bytes.
///
/// Cost: O(log n) for single keys, O(log n + limit) for lists, where n is the number of entries.
public protocol KeyValueStore: Sendable {
  /// The entry of a key; nil if it has none or its time is over.
  func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry?

  /// Writes an entry, if the condition holds.
  ///
  /// - Parameters:
  ///   - value: The bytes.
  ///   - metadata: Names and values that are kept with it, and can be read without understanding the bytes.
  ///   - key: Where.
  ///   - condition: What the key has to look like for the write to take place.
  ///   - lifetime: After how long it ends by itself; nil for never. A write without one ends an earlier one's.
  /// - Throws: `conflict` with the version found (0: no entry) when the condition does not hold.
  /// - Returns: The entry's new version, above 0.
  @discardableResult
  func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64

  /// Removes an entry, if the condition holds.
  ///
  /// - Throws: `conflict` with the version found when the condition does not hold.
  /// - Returns: Whether there was one.
  @discardableResult
  func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool

  /// Keys that begin with a prefix, in the order of their bytes; those whose time is over are left out.
  ///
  /// - Parameters:
  ///   - prefix: May be empty.
  ///   - key: Only keys behind this one; nil to begin. Together with the limit: pages that miss and repeat no key which
  ///     is there all the time.
  ///   - limit: At most so many; below 1 gives none.
  func keys(withPrefix prefix: String, after key: String?, limit: Int) async throws(StoreFailure) -> [String]

  /// Removes entries whose time is over from the disk; call it now and then.
  ///
  /// - Parameter limit: At most so many, so that nobody waits long.
  /// - Returns: How many were removed.
  @discardableResult
  func removeExpired(limit: Int) async throws(StoreFailure) -> Int
}
