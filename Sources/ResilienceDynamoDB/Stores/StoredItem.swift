internal import Foundation
internal import ResilienceInterfaces

/// An entry as the table has it, a removed one among them.
///
/// Attributes: `p` partition key (prefix and shard), `k` sort key (the key), `v` value, `m` metadata as JSON, `n`
/// version, `e` end in Unix milliseconds, `x` 1 for a removed one, `w` who wrote it, `t` when DynamoDB itself may
/// remove it, in Unix seconds. A removed or expired item keeps its version until `t`: no version is given twice.
struct StoredItem: Sendable, Equatable {
  var value: [UInt8]
  var metadata: [String: String]
  var version: Int64
  /// When it ends by itself, in Unix milliseconds.
  var expires: Int64?
  var isRemoved: Bool
  /// A random text for each write, by which a write whose answer was lost is recognised.
  var writer: String

  /// The most bytes of an item, names of attributes included: a limit of DynamoDB's.
  static let largest = 400 << 10

  /// Whether readers see it at a time.
  func isLive(at now: Int64) -> Bool { !self.isRemoved && self.expires ?? .max > now }

  /// What readers get.
  var entry: StoredEntry {
    StoredEntry(value: self.value, metadata: self.metadata, version: self.version, expires: self.expires)
  }

  /// - Parameters:
  ///   - partition: The partition key.
  ///   - key: The sort key.
  ///   - removable: When DynamoDB itself may remove it, in Unix seconds; nil: never.
  func document(in partition: String, _ key: String, removable: Int64?) -> DynamoDBDocument {
    var members: [String: DynamoDBDocument] = [
      "p": .text(partition), "k": .text(key), "n": .whole(self.version), "w": .text(self.writer),
    ]
    if self.isRemoved {
      members["x"] = .whole(1)
    } else {
      members["v"] = ["B": .string(Data(self.value).base64EncodedString())]
      if !self.metadata.isEmpty { members["m"] = .text(Self.write(self.metadata)) }
      if let expires { members["e"] = .whole(expires) }
    }
    if let removable { members["t"] = .whole(removable) }
    return .object(members)
  }

  /// The size by DynamoDB's rule: the bytes of all names and values, a number up to 21.
  func size(in partition: String, _ key: String) -> Int {
    let metadata = self.metadata.isEmpty ? 0 : 1 + Self.write(self.metadata).utf8.count
    return self.value.count + metadata + partition.utf8.count + key.utf8.count + self.writer.utf8.count + 100
  }

  /// Reads an item; nil: it is none of ours.
  init?(_ document: DynamoDBDocument) {
    guard let version = document["n"]?.attributeWhole, let writer = document["w"]?.attributeText else { return nil }
    self.version = version
    self.writer = writer
    self.isRemoved = document["x"] != nil
    self.expires = document["e"]?.attributeWhole
    self.value = []
    self.metadata = [:]
    guard !self.isRemoved else { return }
    guard let text = document["v"]?["B"]?.text, let value = Data(base64Encoded: text),
      let metadata = document["m"].map({ $0.attributeText.flatMap(Self.read) }) ?? [:]
    else { return nil }
    self.value = Array(value)
    self.metadata = metadata
  }

  init(value: [UInt8], metadata: [String: String], version: Int64, expires: Int64?, writer: String) {
    self.value = value
    self.metadata = metadata
    self.version = version
    self.expires = expires
    self.isRemoved = false
    self.writer = writer
  }

  /// What stays of a removed entry.
  init(removedAs version: Int64, writer: String) {
    self.init(value: [], metadata: [:], version: version, expires: nil, writer: writer)
    self.isRemoved = true
  }

  private static func write(_ metadata: [String: String]) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(metadata)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  private static func read(_ text: String) -> [String: String]? {
    try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))
  }
}
