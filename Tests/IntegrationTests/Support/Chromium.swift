import Foundation
import Glibc
import ServerTestSupport

/// A headless Chromium, driven by the DevTools protocol through a pair of pipes.
final class Chromium: Sendable {
  private let process: ChildProcess
  private let folder: TestFolder

  /// Runs a body with an empty page; the browser is ended in any case.
  static func withPage<Value: Sendable>(_ body: (BrowserPage) async throws -> Value) async throws -> Value {
    Glibc.signal(SIGPIPE, SIG_IGN)  // a browser that ends early is an error, not our end
    let (commandsOut, commandsIn) = try self.pipe()
    let (answersOut, answersIn) = try self.pipe()
    let browser = try Chromium(commands: commandsOut, answers: answersIn)
    close(commandsOut)
    close(answersIn)
    let page = BrowserPage(commands: commandsIn, answers: answersOut)
    defer { browser.process.end() }
    do {
      try await page.open()
      let value = try await body(page)
      await page.close()
      _ = try? await browser.process.exit(within: .seconds(5))
      return value
    } catch {
      await page.close()
      throw error
    }
  }

  private init(commands: Int32, answers: Int32) throws {
    self.folder = try TestFolder()
    self.process = try ChildProcess(
      try Programs.chromium(),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
        "--hide-scrollbars", "--user-data-dir=\(self.folder.path)/profile", "--remote-debugging-pipe", "about:blank",
      ],
      environment: ["HOME": self.folder.path], folder: self.folder, name: "chromium",
      descriptors: [3: commands, 4: answers])
  }

  /// A pipe whose ends other children do not inherit, above the numbers that the browser wants.
  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    guard Glibc.pipe(&ends) == 0 else { throw Trouble("no pipe: \(String(cString: strerror(errno)))") }
    let high = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
    for end in ends { close(end) }
    return (high[0], high[1])
  }
}
