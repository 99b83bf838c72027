internal import Logging
internal import Resilience
internal import ResilienceGateway
internal import ResilienceInterfaces
internal import ServiceLifecycle
internal import UnixSignals

/// Reads the configuration again on SIGHUP, and when its file has changed.
struct ConfigurationWatch: Service {
  let file: ConfigurationFile
  /// The text in force at the start.
  let text: String
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
    var taken = self.text
    var suspect: String?
    while !Task.isCancelled {
      do { try await Runtime.live.sleep(for: .seconds(1)) } catch { return }
      await self.reloader.cleanUp()
      // Between the steps of a replacement, or gone: nothing to take.
      guard let stamp = FileStamp(path) else { continue }
      guard stamp != known || suspect != nil else { continue }
      known = stamp
      guard let text = try? self.file.read(), text != taken else {
        suspect = nil
        continue
      }
      guard text == suspect else {
        suspect = text
        continue
      }
      suspect = nil
      taken = text
      // After a SIGHUP it may be in force already.
      if await !self.reloader.isInForce(text) { await self.reload("a change of the file", text) }
    }
  }

  private func reload(_ trigger: String, _ text: String?) async {
    let file = self.file
    await self.reloader.reload(because: trigger) { try text ?? file.read() }
  }
}
