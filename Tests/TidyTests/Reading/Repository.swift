import Foundation

/// The repository as the thing under test: every text file that is meant to be in git, by its path from the root.
struct Repository: Sendable {
  /// All texts, sorted by path.
  let files: [TextFile]
  private let paths: Set<String>

  /// An invented repository, for the rules' own tests.
  init(_ texts: [String: String]) {
    self.files = texts.sorted { $0.key < $1.key }.map { TextFile(path: $0.key, text: $0.value) }
    self.paths = Self.withFolders(texts.keys)
  }

  /// This repository, read once.
  static let here: Repository = Repository(Self.read(Self.root))

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Whether a file or folder is there.
  func has(_ path: String) -> Bool { self.paths.contains(path) }

  /// The file of that path.
  func file(_ path: String) -> TextFile? { self.files.first { $0.path == path } }

  /// All Swift files below a folder.
  func swift(below folder: String) -> [TextFile] {
    self.files.filter { $0.path.hasPrefix(folder + "/") && $0.path.hasSuffix(".swift") }
  }

  /// All Markdown files.
  var markdown: [TextFile] { self.files.filter { $0.path.hasSuffix(".md") } }

  private static func withFolders(_ paths: some Sequence<String>) -> Set<String> {
    var result: Set<String> = ["", "."]
    for path in paths {
      var parts = path.split(separator: "/")
      while !parts.isEmpty {
        result.insert(parts.joined(separator: "/"))
        parts.removeLast()
      }
    }
    return result
  }

  /// Everything but what `.gitignore` names; files that are not UTF-8 count as empty.
  private static func read(_ root: URL) -> [String: String] {
    var texts: [String: String] = [:]
    guard let walk = FileManager.default.enumerator(atPath: root.path) else { return texts }
    while let path = walk.nextObject() as? String {
      if self.isIgnored(path) {
        walk.skipDescendants()
      } else if walk.fileAttributes?[.type] as? FileAttributeType == .typeRegular {
        texts[path] = (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
      }
    }
    return texts
  }

  private static func isIgnored(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return [".git", ".build", ".swiftpm", "Package.resolved"].contains(String(name)) || name.contains(".db")
      || name.hasSuffix(".xcodeproj")
  }
}
