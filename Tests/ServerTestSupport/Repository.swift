import Foundation

/// Files of the repository that tests look at.
package enum Repository {
  /// Where it is.
  package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The path of a file.
  package static func path(_ name: String) -> String { "\(self.root)/\(name)" }

  /// The text of a file.
  package static func text(_ name: String) throws -> String {
    try String(contentsOfFile: self.path(name), encoding: .utf8)
  }
}
