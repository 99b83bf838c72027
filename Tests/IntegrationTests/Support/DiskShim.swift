import Foundation
import ServerTestSupport

/// Stands between the program and its disk: kills it at a numbered write or synchronisation, or lets them fail.
///
/// The work is done by `Shim/disk.c`, which the test compiles.
final class DiskShim: Sendable {
  let folder: TestFolder
  private let library: String

  init() async throws {
    self.folder = try TestFolder()
    self.library = self.folder.file("disk.so")
    try await SharedLibrary.compile("disk.c", to: self.library, in: self.folder)
  }

  /// Another disk of its own with the same library, for a program beside.
  init(like other: DiskShim) throws {
    self.folder = try TestFolder()
    self.library = other.library
  }

  /// Where the program's database is.
  var database: String { self.folder.file("state.db") }

  /// What the program's environment has to say.
  var environment: [String: String?] {
    ["LD_PRELOAD": self.library, "DISK_FILES": self.database, "DISK_CONTROL": self.folder.file("control")]
  }

  /// What happens at the boundaries from now on: `kill N`, `tear N`, `fail ERRNO`, or nothing.
  func control(_ text: String) throws { _ = try self.folder.write(text, to: "control") }

  /// How many boundaries the process that ran last has passed.
  var count: Int {
    let text = FileManager.default.contents(atPath: self.folder.file("control.count"))
    return text.map { String(decoding: $0, as: UTF8.self) }?.split(separator: "\n").first.flatMap { Int($0) } ?? 0
  }

  /// Takes the database away, so that the next start makes a new one.
  func forget() throws {
    for ending in ["state.db", "state.db-wal", "state.db-shm", "state.db-journal", "control.count", "control"] {
      let path = self.folder.file(ending)
      if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    }
  }
}
