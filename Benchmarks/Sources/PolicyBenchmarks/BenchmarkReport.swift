import Foundation

/// All results of one run, and where it was made.
struct BenchmarkReport: Codable, Sendable {
  /// `key: value`: machine, Swift version, date, command.
  let facts: [String]
  var results: [BenchmarkResult] = []

  init(facts: [String]) { self.facts = facts }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
