internal import Foundation

/// Names and values as JSON, readable with SQLite's own tools.
enum MetadataText {
  static func text(_ metadata: [String: String]) throws -> String {
    guard !metadata.isEmpty else { return "{}" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(metadata), as: UTF8.self)
  }

  static func metadata(_ text: String) throws -> [String: String] {
    guard text != "{}" else { return [:] }
    do {
      return try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    } catch {
      throw SQLiteTrouble.unreadable("metadata is no JSON object of texts")
    }
  }
}
