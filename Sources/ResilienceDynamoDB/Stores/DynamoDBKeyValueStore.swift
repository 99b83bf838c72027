internal import Resilience
public import ResilienceInterfaces

/// Keeps values in a DynamoDB table, shared by all instances that use the same table and prefix.
///
/// A write that has returned is on several machines' disks (DynamoDB's own promise); reads are strongly consistent.
/// **Time** is this process's clock, since DynamoDB has none that can be read: instances' clocks may differ by the five
/// minutes that signatures allow, and an entry may end that much early or late for them. **Versions** follow from the
/// clock in microseconds and are always higher than the one found; a removed or expired entry keeps its version for
/// `tombstoneLifetime`. **Lost answers**: each write carries a mark, so an attempt that is repeated recognises its own
/// work; where others have written since, the failure is `timedOut`, never a conflict that was none.
///
/// Limits of DynamoDB's: 400 KB an item, metadata included. Cost: one request each; a list or a cleaning asks every
/// shard, and a cleaning reads all entries: let DynamoDB's TTL (attribute `t`) do it. Prepare the table with
/// `DynamoDBStartupCheck`.
public final class DynamoDBKeyValueStore: KeyValueStore {
  let client: DynamoDBClient
  let prefix: String
  let clock: StoreClock

  /// Makes a store.
  ///
  /// - Parameters:
  ///   - client: Which table.
  ///   - prefix: What its partition keys begin with: stores with different ones do not see each other.
  public init(_ client: DynamoDBClient, prefix: String = "resilience:") {
    self.client = client
    self.prefix = prefix
    self.clock = StoreClock(client.runtime)
  }

  /// The entry of a key.
  public func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try StoreRules.check(key: key, named: "key", store: self.client.server)
    let item = try await self.item(key)
    guard let item, item.isLive(at: self.clock.now) else { return nil }
    return item.entry
  }

  /// Writes an entry.
  @discardableResult
  public func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    let store = self.client.server
    try StoreRules.check(key: key, named: "key", store: store)
    try StoreRules.check(value: value, metadata: metadata, store: store)
    var milliseconds: Int64?
    if let lifetime { milliseconds = try StoreRules.milliseconds(lifetime, named: "lifetime", store: store) }
    let expires = milliseconds.map { self.clock.now + $0 }
    let item = StoredItem(value: value, metadata: metadata, version: 0, expires: expires, writer: self.mark())
    let size = item.size(in: self.partition(of: key), key)
    guard size <= StoredItem.largest else {
      throw StoreFailure(
        .invalid, store: store,
        detail: "The entry of '\(key)' has about \(size) bytes; an item of DynamoDB has 400 KB.",
        remedy: "Keep large things elsewhere and their address here.")
    }
    return try await self.put(item, key, condition) ?? 0
  }

  /// Removes an entry.
  @discardableResult
  public func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try StoreRules.check(key: key, named: "key", store: self.client.server)
    let tombstone = StoredItem(removedAs: 0, writer: self.mark())
    // "Absent" can only be found out: there is nothing to remove if it holds.
    if condition == .absent {
      let found = try await self.item(key)
      guard let found, found.isLive(at: self.clock.now) else { return false }
      throw condition.failure(found: found.version, key: key, store: self.client.server)
    }
    return try await self.put(tombstone, key, condition) != nil
  }

  /// Writes an item with a version that is higher than all before.
  ///
  /// - Returns: The version; nil: there was nothing to remove.
  private func put(_ item: StoredItem, _ key: String, _ condition: WriteCondition) async throws(StoreFailure) -> Int64?
  {
    var item = item
    var lowest: Int64 = 0
    if case .version(let version) = condition { lowest = version }
    // Others may be faster each time; so many times in a row it is not chance any more.
    for _ in 0..<64 {
      let now = self.clock.now
      // Above the highest number there is none: its condition does not hold for anything that this store has written.
      item.version = max(lowest == .max ? lowest : lowest + 1, now * 1_000)
      let test = ItemCondition(condition: condition, needsEntry: item.isRemoved, version: item.version, now: now)
      do throws(DynamoDBError) {
        _ = try await self.client.ask("PutItem", self.request(item, key, test))
        return item.version
      } catch {
        guard error.kind == .conditionFailed else { throw StoreFailure(error) }
        let found = try await self.found(error, key)
        let outcome = test.outcome(found: found, writer: item.writer)
        if error.isUncertain, outcome != .done { throw self.uncertain(key) }
        switch outcome {
        case .done: return item.version
        case .conflict(nil) where condition == .always: return nil
        case .conflict(let version):
          throw condition.failure(found: version, key: key, store: self.client.server)
        case .tooLow(.max): throw self.exhausted(key)
        case .tooLow(let version): lowest = max(lowest, version)
        }
      }
    }
    throw StoreFailure(
      .locked, store: self.client.server, detail: "Others write the key '\(key)' all the time.",
      remedy: "Try again later.")
  }

  private func request(_ item: StoredItem, _ key: String, _ test: ItemCondition) -> DynamoDBDocument {
    let kept = Int64(self.client.configuration.tombstoneLifetime / .seconds(1))
    let ends: Int64? = item.isRemoved ? test.now : item.expires
    let removable: Int64? = ends.map { $0 / 1_000 + 1 + kept }
    return [
      "Item": item.document(in: self.partition(of: key), key, removable: removable),
      "ConditionExpression": .string(test.expression), "ExpressionAttributeValues": test.values,
      "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    ]
  }

  /// The item that a refused write has met: told with the refusal, or read where a server does not tell.
  private func found(_ error: DynamoDBError, _ key: String) async throws(StoreFailure) -> StoredItem? {
    guard let document = error.item else { return try await self.item(key) }
    return try self.read(document, key)
  }

  func item(_ key: String) async throws(StoreFailure) -> StoredItem? {
    let answer = try await self.client.tell(
      "GetItem",
      ["Key": ["p": .text(self.partition(of: key)), "k": .text(key)], "ConsistentRead": true])
    guard let document = answer["Item"] else { return nil }
    return try self.read(document, key)
  }

  private func read(_ document: DynamoDBDocument, _ key: String) throws(StoreFailure) -> StoredItem {
    guard let item = StoredItem(document) else {
      throw StoreFailure(
        .corrupted, store: self.client.server, detail: "The item of '\(key)' was not written by this store.",
        remedy: "Use a table, or a prefix, of its own; or repair the item.")
    }
    return item
  }

  /// Which partition a key lies in: FNV-1a, which will be the same for ever.
  func partition(of key: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return self.partition(Int(hash % UInt64(self.client.configuration.shards)))
  }

  func partition(_ number: Int) -> String { "\(self.prefix)\(number)" }

  private func exhausted(_ key: String) -> StoreFailure {
    StoreFailure(
      .corrupted, store: self.client.server,
      detail: "The item of '\(key)' has the highest version that there is: it was not written by this store.",
      remedy: "Repair or remove the item.")
  }

  private func uncertain(_ key: String) -> StoreFailure {
    StoreFailure(
      .timedOut, store: self.client.server,
      detail: "An answer was lost, and others have written the key '\(key)' since: it cannot be told what was done.",
      remedy: "Read it again and decide.")
  }

  /// A text that no other write has.
  func mark() -> String {
    let runtime = self.client.runtime
    return String(runtime.random(), radix: 36) + String(runtime.random(), radix: 36)
  }
}
