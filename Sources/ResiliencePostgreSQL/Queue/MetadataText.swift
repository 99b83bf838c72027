internal import Foundation

/// Names and values as JSON, readable with `psql`.
enum MetadataText {
  static func text(_ metadata: [String: String]) -> String {
    guard !metadata.isEmpty else { return "{}" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A dictionary of texts always has a JSON form.
    return (try? encoder.encode(metadata)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  static func metadata(_ bytes: [UInt8]) throws(PostgreSQLTrouble) -> [String: String] {
    guard bytes.count > 2 else { return [:] }
    guard let metadata = try? JSONDecoder().decode([String: String].self, from: Data(bytes)) else {
      throw .unreadable("metadata is no JSON object of texts")
    }
    return metadata
  }
}
