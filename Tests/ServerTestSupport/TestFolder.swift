import Foundation
import Glibc

/// A folder of one test's own, deleted with its last use.
package final class TestFolder: Sendable {
  package let path: String

  /// - Parameter parent: Where it is; nil: where temporary files are. A server that runs as another user may not look
  ///   there, but into `/tmp`.
  package init(in parent: String? = nil) throws {
    let parent = parent ?? FileManager.default.temporaryDirectory.path
    self.path = "\(parent)/resilience-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
  }

  deinit {
    // A program that has just been ended may have children that write for a moment.
    for _ in 0..<50 where FileManager.default.fileExists(atPath: self.path) {
      do { try FileManager.default.removeItem(atPath: self.path) } catch { usleep(20_000) }
    }
  }

  /// The path of a file in it.
  package func file(_ name: String) -> String { "\(self.path)/\(name)" }

  /// What stands in a file; empty where there is none.
  package func read(_ name: String) -> String {
    FileManager.default.contents(atPath: self.file(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  /// Writes a file and gives its path.
  package func write(_ text: String, to name: String) throws -> String {
    let path = self.file(name)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }
}
