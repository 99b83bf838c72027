internal import Foundation

/// Names and values as one text: JSON, so that operators and other programs can read it.
enum MetadataText {
  static func write(_ metadata: [String: String]) -> String {
    guard !metadata.isEmpty else { return "" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(metadata)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Nil: it is no such text.
  static func read(_ bytes: [UInt8]) -> [String: String]? {
    bytes.isEmpty ? [:] : try? JSONDecoder().decode([String: String].self, from: Data(bytes))
  }
}
