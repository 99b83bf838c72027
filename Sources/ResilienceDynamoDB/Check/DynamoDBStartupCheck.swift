internal import Resilience
public import ResilienceInterfaces

/// Finds out, when a program starts, whether a table can be used as a store; creates it if that is wished.
///
/// The table has the partition key `p` and the sort key `k`, both texts. Its layout (how many shards) is written into
/// it at first use, so that an instance with other settings is refused instead of looking in the wrong places.
public struct DynamoDBStartupCheck: Sendable {
  /// The layout that this version writes.
  private static let layout: Int64 = 1
  private let client: DynamoDBClient
  private let prefix: String

  /// Prepares a check.
  ///
  /// - Parameters:
  ///   - client: Which table.
  ///   - prefix: The store's.
  public init(_ client: DynamoDBClient, prefix: String = "resilience:") {
    self.client = client
    self.prefix = prefix
  }

  /// Runs it.
  ///
  /// - Parameter creates: Whether a missing table is created: paid by request, with TTL on attribute `t`.
  /// - Throws: `StoreFailure`: `unreachable`, `timedOut`, `permissionDenied`, `notFound` (no such table),
  ///   `wrongVersion` (it has other keys, or another number of shards), `schemaTooNew`.
  public func run(creates: Bool = false) async throws(StoreFailure) -> DynamoDBReport {
    var isNew = false
    var table: DynamoDBDocument
    do throws(DynamoDBError) {
      table = try await self.client.ask("DescribeTable", [:])
    } catch {
      guard error.kind == .tableMissing else { throw StoreFailure(error) }
      guard creates else {
        throw StoreFailure(
          .notFound, store: error.server, detail: "There is no such table.",
          remedy: "Create it with the partition key p and the sort key k, both texts (S), or allow the program to.")
      }
      table = try await self.create()
      isNew = true
    }
    table = try await self.waited(table)
    try self.checkKeys(table)
    try await self.checkLayout()
    let warnings = try await isNew ? self.switchOnExpiry() : self.warnings()
    return DynamoDBReport(isNew: isNew, removesExpired: warnings.isEmpty, warnings: warnings)
  }

  private func create() async throws(StoreFailure) -> DynamoDBDocument {
    let columns: DynamoDBDocument = [
      "AttributeDefinitions": [
        ["AttributeName": "p", "AttributeType": "S"], ["AttributeName": "k", "AttributeType": "S"],
      ],
      "KeySchema": [
        ["AttributeName": "p", "KeyType": "HASH"], ["AttributeName": "k", "KeyType": "RANGE"],
      ],
      "BillingMode": "PAY_PER_REQUEST",
    ]
    do throws(DynamoDBError) {
      let answer = try await self.client.ask("CreateTable", columns)
      if let table = answer["TableDescription"] { return ["Table": table] }
    } catch {
      // Another instance was faster, or an attempt of ours whose answer was lost.
      guard error.name == "ResourceInUseException" else { throw StoreFailure(error) }
    }
    return ["Table": ["TableStatus": "CREATING"]]
  }

  /// Lets DynamoDB itself remove what has expired; where it cannot be had the store works all the same.
  ///
  /// - Returns: What operators should know.
  private func switchOnExpiry() async throws(StoreFailure) -> [String] {
    do throws(DynamoDBError) {
      _ = try await self.client.ask(
        "UpdateTimeToLive", ["TimeToLiveSpecification": ["Enabled": true, "AttributeName": "t"]])
      return []
    } catch {
      guard error.kind != .cancelled else { throw StoreFailure(error) }
      // It is refused as well where another instance has done it.
      let warnings = await self.warnings()
      return warnings.isEmpty ? [] : warnings + ["DynamoDB's TTL could not be switched on: \(error.detail)"]
    }
  }

  /// Waits up to a minute until the table can be used; not everybody knows at once of one that is being created.
  private func waited(_ table: DynamoDBDocument) async throws(StoreFailure) -> DynamoDBDocument {
    var table = table
    for _ in 0..<120 where Self.isComing(table) {
      do {
        try await self.client.runtime.sleep(for: .milliseconds(500))
      } catch {
        throw StoreFailure(
          .cancelled, store: self.client.server, detail: "The caller was cancelled.", remedy: "Try again.")
      }
      do throws(DynamoDBError) {
        table = try await self.client.ask("DescribeTable", [:])
      } catch {
        guard error.kind == .tableMissing else { throw StoreFailure(error) }
      }
    }
    guard !Self.isComing(table) else {
      throw StoreFailure(
        .timedOut, store: self.client.server, detail: "After a minute the table is still being created.",
        remedy: "Start again when DynamoDB tells it as active.")
    }
    return table
  }

  private static func isComing(_ table: DynamoDBDocument) -> Bool {
    table["Table"]?["TableStatus"]?.text == "CREATING"
  }

  private func checkKeys(_ table: DynamoDBDocument) throws(StoreFailure) {
    let keys = (table["Table"]?["KeySchema"]?.elements ?? []).map {
      "\($0["AttributeName"]?.text ?? "?") \($0["KeyType"]?.text ?? "?")"
    }
    let types = (table["Table"]?["AttributeDefinitions"]?.elements ?? []).filter {
      ["p", "k"].contains($0["AttributeName"]?.text) && $0["AttributeType"]?.text == "S"
    }
    guard keys == ["p HASH", "k RANGE"], types.count == 2 else {
      throw StoreFailure(
        .wrongVersion, store: self.client.server,
        detail: "The table has the keys \(keys.joined(separator: ", ")), not the texts p (HASH) and k (RANGE).",
        remedy: "Give the store a table of its own.")
    }
  }

  private func checkLayout() async throws(StoreFailure) {
    let shards = Int64(self.client.configuration.shards)
    let key: DynamoDBDocument = ["p": .text("\(self.prefix)layout"), "k": .text("layout")]
    let item: DynamoDBDocument = .object(
      (key.members ?? [:]).merging(["layout": .whole(Self.layout), "shards": .whole(shards)]) { first, _ in first })
    do throws(DynamoDBError) {
      _ = try await self.client.ask(
        "PutItem", ["Item": item, "ConditionExpression": "attribute_not_exists(k)"])
    } catch {
      guard error.kind == .conditionFailed else { throw StoreFailure(error) }
      try await self.compareLayout(key, shards)
    }
  }

  private func compareLayout(_ key: DynamoDBDocument, _ shards: Int64) async throws(StoreFailure) {
    let found = try await self.client.tell("GetItem", ["Key": key, "ConsistentRead": true])
    let layout = found["Item"]?["layout"]?.attributeWhole ?? 0
    let known = found["Item"]?["shards"]?.attributeWhole ?? 0
    guard layout <= Self.layout else {
      throw StoreFailure(
        .schemaTooNew, store: self.client.server,
        detail: "The table has the layout \(layout); this version knows up to \(Self.layout).",
        remedy: "Use a newer version of the program.")
    }
    guard known == shards else {
      throw StoreFailure(
        .wrongVersion, store: self.client.server,
        detail: "The table's entries are spread over \(known) shards, the settings say \(shards).",
        remedy: "Set shards to \(known).")
    }
  }

  private func warnings() async -> [String] {
    let answer: DynamoDBDocument
    do throws(DynamoDBError) {
      answer = try await self.client.ask("DescribeTimeToLive", [:])
    } catch {
      return ["whether DynamoDB removes what has expired cannot be seen (\(error.kind.rawValue))"]
    }
    let status = answer["TimeToLiveDescription"]?["TimeToLiveStatus"]?.text
    let attribute = answer["TimeToLiveDescription"]?["AttributeName"]?.text
    if attribute == "t", status == "ENABLED" || status == "ENABLING" { return [] }
    return [
      "DynamoDB's TTL is not on for attribute t: what has expired is hidden but stays in the table until somebody "
        + "cleans up; switch it on"
    ]
  }
}
