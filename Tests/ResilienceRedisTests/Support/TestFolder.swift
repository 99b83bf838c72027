import Foundation

/// A folder of one test's own, deleted with its last use.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    self.path = FileManager.default.temporaryDirectory.appendingPathComponent("redis-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: self.path) }

  /// The path of a file in it.
  func file(_ name: String) -> String { "\(self.path)/\(name)" }
}
