import Foundation
import NIOCore
import NIOPosix

/// A headless Chromium that is started for one test and ended with it.
enum Chromium {
  /// Where it is: `RESILIENCE_TEST_CHROMIUM`, or the usual places; nil when there is none.
  static let path: String? = {
    let given = ProcessInfo.processInfo.environment["RESILIENCE_TEST_CHROMIUM"]
    let candidates = [given, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    return candidates.compactMap { $0 }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Runs a body with a page that shows an address.
  static func withPage(_ address: String, _ body: @Sendable (inout BrowserPage) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("chromium-\(UUID().uuidString)")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: self.path ?? "")
    process.arguments = [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0",
      "--user-data-dir=\(folder.path)", "about:blank",
    ]
    let errors = Pipe()
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    let endpoint = try await self.start(process, errors)
    defer {
      process.terminate()
      process.waitUntilExit()
      try? FileManager.default.removeItem(at: folder)
    }
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: endpoint.port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    try await channel.executeThenClose { inbound, outbound in
      var page = BrowserPage(iterator: inbound.makeAsyncIterator(), outbound: outbound)
      try await page.open(path: endpoint.path, port: endpoint.port, address: address)
      try await body(&page)
    }
  }

  /// Starts the browser and waits for the line in which it tells where it can be driven.
  private static func start(_ process: Process, _ errors: Pipe) async throws -> (port: Int, path: String) {
    let (chunks, continuation) = AsyncStream.makeStream(of: String.self)
    errors.fileHandleForReading.readabilityHandler = { handle in
      let data = handle.availableData
      if data.isEmpty {
        handle.readabilityHandler = nil
        continuation.finish()
      } else {
        continuation.yield(String(decoding: data, as: UTF8.self))
      }
    }
    try process.run()
    var text = ""
    for await chunk in chunks {
      text += chunk
      guard let start = text.range(of: "DevTools listening on ws://127.0.0.1:"),
        let line = text[start.upperBound...].split(separator: "\n").first, text[start.upperBound...].contains("\n"),
        let slash = line.firstIndex(of: "/"), let port = Int(line[..<slash])
      else { continue }
      return (port, String(line[slash...]))
    }
    throw BrowserTrouble("chromium did not start: \(text.prefix(500))")
  }
}
