import Foundation
import Glibc

/// A folder of one test's own, deleted with its last use.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    self.path = FileManager.default.temporaryDirectory.appendingPathComponent("resilience-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
  }

  deinit {
    // A program that has just been ended may have children that write for a moment.
    for _ in 0..<50 where FileManager.default.fileExists(atPath: self.path) {
      do { try FileManager.default.removeItem(atPath: self.path) } catch { usleep(20_000) }
    }
  }

  /// The path of a file in it.
  func file(_ name: String) -> String { "\(self.path)/\(name)" }

  /// What stands in a file; empty where there is none.
  func read(_ name: String) -> String {
    FileManager.default.contents(atPath: self.file(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Writes a file and gives its path.
  func write(_ text: String, to name: String) throws -> String {
    let path = self.file(name)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }
}
