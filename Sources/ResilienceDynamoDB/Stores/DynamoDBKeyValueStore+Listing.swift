internal import Resilience
public import ResilienceInterfaces

/// Many entries at once: every shard is asked, all at the same time.
extension DynamoDBKeyValueStore {
  /// How many items a page looks at.
  private static let page = 500

  /// Keys that begin with a prefix.
  public func keys(
    withPrefix prefix: String, after key: String?, limit: Int
  ) async throws(StoreFailure) -> [String] {
    guard limit > 0 else { return [] }
    // Keys have no characters below the blank, so nothing lies between a key and the same with this one behind it.
    let low = [prefix, key.map { $0 + "\u{1}" } ?? ""].max { $0.utf8.lexicographicallyPrecedes($1.utf8) } ?? prefix
    let found = try await self.eachShard { (partition) async throws(StoreFailure) in
      try await self.keys(in: partition, from: low, prefix: prefix, limit: limit)
    }
    let sorted = found.flatMap { $0 }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return Array(sorted.prefix(limit))
  }

  /// Removes entries whose time is over: leaves their versions until those may be forgotten.
  ///
  /// Reads the keys of all entries; where DynamoDB's TTL is on for attribute `t` nobody needs to call it.
  @discardableResult
  public func removeExpired(limit: Int) async throws(StoreFailure) -> Int {
    guard limit > 0 else { return 0 }
    let now = self.clock.now
    let expired = try await self.eachShard { (partition) async throws(StoreFailure) in
      try await self.query(
        partition, "e <= :now", [":now": .whole(now)], from: " ", prefix: "", limit: limit)
    }
    var removed = 0
    for item in expired.flatMap({ $0 }).prefix(limit) {
      guard let key = item["k"]?.attributeText, let version = item["n"]?.attributeWhole else { continue }
      if try await self.bury(key, version, now) { removed += 1 }
    }
    return removed
  }

  /// Makes an expired item a tombstone, unless somebody has just written it anew.
  private func bury(_ key: String, _ version: Int64, _ now: Int64) async throws(StoreFailure) -> Bool {
    let kept = Int64(self.client.configuration.tombstoneLifetime / .seconds(1))
    let tombstone = StoredItem(removedAs: version, writer: self.mark())
    do throws(DynamoDBError) {
      _ = try await self.client.ask(
        "PutItem",
        [
          "Item": tombstone.document(in: self.partition(of: key), key, removable: now / 1_000 + 1 + kept),
          "ConditionExpression": "n = :old AND e <= :now",
          "ExpressionAttributeValues": [":old": .whole(version), ":now": .whole(now)],
        ])
      return true
    } catch {
      if error.kind == .conditionFailed { return error.isUncertain }
      throw StoreFailure(error)
    }
  }

  private func keys(
    in partition: String, from low: String, prefix: String, limit: Int
  ) async throws(StoreFailure) -> [String] {
    let live = "attribute_not_exists(x) AND (attribute_not_exists(e) OR e > :now)"
    let items = try await self.query(
      partition, live, [":now": .whole(self.clock.now)], from: low, prefix: prefix, limit: limit)
    return items.compactMap { $0["k"]?.attributeText }
  }

  /// Items of one shard in the order of their keys, page by page.
  private func query(
    _ partition: String, _ filter: String, _ values: [String: DynamoDBDocument], from low: String, prefix: String,
    limit: Int
  ) async throws(StoreFailure) -> [DynamoDBDocument] {
    var found: [DynamoDBDocument] = []
    // The highest key there can be: longer than any.
    let high = prefix + String(repeating: "\u{10FFFF}", count: StoreRules.longestKey / 4)
    var all = values
    all[":p"] = .text(partition)
    all[":low"] = .text(low.isEmpty ? " " : low)
    all[":high"] = .text(high)
    guard !high.utf8.lexicographicallyPrecedes(low.utf8) else { return [] }
    var start: DynamoDBDocument?
    while found.count < limit {
      var request: [String: DynamoDBDocument] = [
        "KeyConditionExpression": "p = :p AND k BETWEEN :low AND :high", "FilterExpression": .string(filter),
        "ExpressionAttributeValues": .object(all), "ProjectionExpression": "k, n", "ConsistentRead": true,
        "Limit": .number(Double(min(max(limit - found.count, 10), Self.page))),
      ]
      if let start { request["ExclusiveStartKey"] = start }
      let answer = try await self.client.tell("Query", .object(request))
      found += answer["Items"]?.elements ?? []
      guard let next = answer["LastEvaluatedKey"], next != .null else { break }
      start = next
    }
    return Array(found.prefix(limit))
  }

  /// Asks all shards at the same time; the first failure is told.
  private func eachShard<Value: Sendable>(
    _ body: @escaping @Sendable (String) async throws(StoreFailure) -> Value
  ) async throws(StoreFailure) -> [Value] {
    let partitions = (0..<self.client.configuration.shards).map(self.partition)
    let results = await withTaskGroup(of: Result<Value, StoreFailure>.self) { group in
      for partition in partitions {
        group.addTask {
          do throws(StoreFailure) { return .success(try await body(partition)) } catch { return .failure(error) }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    var values: [Value] = []
    for result in results { values.append(try result.get()) }
    return values
  }
}
