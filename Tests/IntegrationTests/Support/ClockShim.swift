import Foundation
import ServerTestSupport

/// Stands between programs and the time of day, which it can set forwards and back while they run.
///
/// The work is done by `Shim/clock.c`, which the test compiles.
final class ClockShim: Sendable {
  private let folder: TestFolder
  private let library: String

  init() async throws {
    self.folder = try TestFolder()
    self.library = self.folder.file("clock.so")
    try await SharedLibrary.compile("clock.c", to: self.library, in: self.folder)
  }

  /// What a program's environment has to say.
  var environment: [String: String?] {
    ["LD_PRELOAD": self.library, "CLOCK_CONTROL": self.folder.file("control")]
  }

  /// Sets the clock so many seconds before (negative) or after the machine's.
  func set(to seconds: Int) throws { _ = try self.folder.write("\(seconds)", to: "control") }
}
