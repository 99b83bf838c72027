internal import Logging
internal import Resilience
internal import ResilienceGateway
internal import ResilienceInterfaces
internal import ServiceLifecycle
internal import UnixSignals

/// Reads the configuration again on SIGHUP, and when its file has changed.
struct ConfigurationWatch: Service {
  /// How many seconds after a refusal by the storage the file is tried again.
  private static let looksUntilRetry = 10

  let file: ConfigurationFile
  let reloader: ConfigurationReloader
  /// Where other instances keep settings that operators have changed; nil where this one is alone.
  let shared: (any SettingStore)?
  private let log = Logger(label: "resilience.configuration")

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await self.obeySignals() }
        group.addTask { await self.watchFile() }
        group.addTask { await self.followSettings() }
      }
    }
  }

  private func obeySignals() async {
    for await _ in await UnixSignalsSequence(trapping: .sighup) {
      if self.file.path == nil {
        self.log.notice("SIGHUP: the bundled example runs, there is no file to read again")
        continue
      }
      // A pipe has been read to its end, and would have nothing to say.
      if let path = self.file.path, let stamp = FileStamp(path), !stamp.isRegular {
        self.log.warning("SIGHUP: \(path) is no regular file and cannot be read again")
        continue
      }
      await self.reload("SIGHUP", try? self.file.read())
    }
  }

  private func followSettings() async {
    guard let shared else { return }
    while (try? await Runtime.live.sleep(for: .seconds(5))) != nil { await self.reloader.followSettings(in: shared) }
  }

  /// Once a second: a file whose stamp has changed is read, and its text is taken when it is the same a second later.
  ///
  /// A file that is being written would otherwise be taken half.
  private func watchFile() async {
    guard let path = self.file.path, var known = FileStamp(path), known.isRegular else { return }
    // What was refused is not tried again, unless only the storage stood against it.
    var refused: String?
    var suspect: String?
    var looksUntilRetry: Int?
    while !Task.isCancelled {
      do { try await Runtime.live.sleep(for: .seconds(1)) } catch { return }
      await self.reloader.cleanUp()
      looksUntilRetry = looksUntilRetry.map { $0 - 1 }
      // Between the steps of a replacement, or gone: nothing to take.
      guard let stamp = FileStamp(path) else { continue }
      guard stamp != known || suspect != nil || (looksUntilRetry ?? 1) <= 0 else { continue }
      known = stamp
      looksUntilRetry = nil
      guard let text = try? self.file.read(), text != refused else {
        suspect = nil
        continue
      }
      // After a SIGHUP it may be in force already; and what was in force before a SIGHUP may be in the file again.
      if await self.reloader.isInForce(text) {
        (suspect, refused) = (nil, nil)
        continue
      }
      guard text == suspect else {
        suspect = text
        continue
      }
      suspect = nil
      let isRefused = await self.reload("a change of the file", text) == .rejected
      let awaitsStorage = await self.reloader.awaitsStorage
      refused = isRefused && !awaitsStorage ? text : nil
      looksUntilRetry = isRefused && awaitsStorage ? Self.looksUntilRetry : nil
    }
  }

  @discardableResult
  private func reload(_ trigger: String, _ text: String?) async -> ConfigurationStatus.Result {
    let file = self.file
    return await self.reloader.reload(because: trigger) { try text ?? file.read() }
  }
}
