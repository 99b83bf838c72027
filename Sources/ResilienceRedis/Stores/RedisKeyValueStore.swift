internal import Resilience
public import ResilienceInterfaces

/// Keeps values in a Redis or Valkey, shared by all instances that use the same prefix.
///
/// What "kept" means is the server's setting: with `appendonly yes` and `appendfsync always` a write that has returned
/// is on its disk; with `everysec` the last second can be lost when the machine fails; `RedisStartupCheck` tells which.
/// Times count by the server's clock. Cost: one round trip; O(log n) on the server.
public final class RedisKeyValueStore: KeyValueStore {
  private let space: RedisSpace

  /// Makes a store whose keys begin with a prefix.
  public init(_ client: RedisClient, prefix: String = "resilience:") {
    self.space = RedisSpace(client: client, prefix: prefix)
  }

  /// The entry of a key.
  public func entry(forKey key: String) async throws(StoreFailure) -> StoredEntry? {
    try StoreRules.check(key: key, named: "key", store: self.space.store)
    let answer = try await self.space.run(KeyValueScripts.read, [.text(key)])
    if answer.isNull { return nil }
    guard let fields = answer.elements, fields.count == 4, let value = fields[0].bytes,
      let metadata = MetadataText.read(fields[1].bytes ?? []), let version = fields[2].integer
    else { throw self.space.unreadable("The entry of '\(key)'") }
    return StoredEntry(value: value, metadata: metadata, version: version, expires: fields[3].integer)
  }

  /// Writes an entry.
  @discardableResult
  public func write(
    _ value: [UInt8], metadata: [String: String], forKey key: String, if condition: WriteCondition,
    lifetime: Duration?
  ) async throws(StoreFailure) -> Int64 {
    try StoreRules.check(key: key, named: "key", store: self.space.store)
    try StoreRules.check(value: value, metadata: metadata, store: self.space.store)
    var milliseconds: Int64 = 0
    if let lifetime {
      milliseconds = try StoreRules.milliseconds(lifetime, named: "lifetime", store: self.space.store)
    }
    let script = condition == .always ? KeyValueScripts.write : KeyValueScripts.writeIf
    let answer = try await self.space.run(
      script,
      [.text(key), Self.word(condition), .bytes(value), .text(MetadataText.write(metadata)), .integer(milliseconds)])
    return try self.outcome(answer, condition, key)
  }

  /// Removes an entry.
  @discardableResult
  public func remove(_ key: String, if condition: WriteCondition) async throws(StoreFailure) -> Bool {
    try StoreRules.check(key: key, named: "key", store: self.space.store)
    let answer = try await self.space.run(KeyValueScripts.remove, [.text(key), Self.word(condition)])
    return try self.outcome(answer, condition, key) != 0
  }

  /// Keys that begin with a prefix.
  public func keys(
    withPrefix prefix: String, after key: String?, limit: Int
  ) async throws(StoreFailure) -> [String] {
    var keys: [String] = []
    var range = LexicalRange(prefix: prefix, after: key)
    while keys.count < limit {
      let answer = try await self.space.run(
        KeyValueScripts.list, [range.low, range.high, .integer(Int64(min(limit - keys.count, 1_000)))])
      guard let parts = answer.elements, parts.count == 2, let found = parts[0].elements else {
        throw self.space.unreadable("A list of keys")
      }
      keys += found.compactMap(\.text)
      guard let next = parts[1].text else { break }
      range = LexicalRange(prefix: prefix, after: next)
    }
    return keys
  }

  /// Removes entries whose time is over.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    var count = 0
    while count < limit {
      let step = min(limit - count, 500)
      let removed = try self.space.integer(
        try await self.space.run(KeyValueScripts.removeExpired, [.integer(Int64(step))]), "A count")
      count += Int(removed)
      if removed < step { break }
    }
    return count
  }

  private static func word(_ condition: WriteCondition) -> RedisArgument {
    switch condition {
    case .always: "always"
    case .absent: "absent"
    case .version(let version): .integer(version)
    }
  }

  /// `{1, result}`, or `{0, version found}` where the condition does not hold.
  private func outcome(
    _ answer: RESPValue, _ condition: WriteCondition, _ key: String
  ) throws(StoreFailure) -> Int64 {
    let numbers = try self.space.integers(answer, "What was written")
    guard numbers.count == 2 else { throw self.space.unreadable("What was written") }
    guard numbers[0] == 1 else {
      throw condition.failure(found: numbers[1] == 0 ? nil : numbers[1], key: key, store: self.space.store)
    }
    return numbers[1]
  }
}
