public import ResilienceConfiguration
public import ResilienceInterfaces

/// The configuration that a program begins with: what its file says, and above it what operators had decided before.
public struct StartConfiguration: Sendable {
  /// The file's text.
  public let text: String
  /// What was made of it, with the operators' settings where they can be used.
  public let loaded: LoadedConfiguration
  /// What operators had decided.
  public let decisions: [SettingDecision]
  /// Why their decisions are not in force; empty where they are.
  public let problems: [String]

  /// The decisions that hold.
  var inForce: [SettingDecision] { self.problems.isEmpty ? self.decisions : [] }

  /// Lays the operators' settings over a configuration.
  ///
  /// Settings that contradict a file which has changed meanwhile must not keep the program from starting, for then
  /// nobody could take them back: it starts without any of them, and says so.
  /// - Parameters:
  ///   - text: The file's text.
  ///   - plain: What was made of it alone.
  ///   - store: Where decisions are kept.
  ///   - load: Reads the text with settings above it.
  /// - Throws: `ControlStoreFailure` when the decisions cannot be read.
  public init(
    text: String, _ plain: LoadedConfiguration, from store: (any SettingStore)?, load: ConfigurationReloader.Load
  ) async throws(ControlStoreFailure) {
    self.text = text
    let decisions = try await store?.loadSettings() ?? []
    self.decisions = decisions
    guard !decisions.isEmpty else {
      self.loaded = plain
      self.problems = []
      return
    }
    do throws(InvalidConfigurationFile) {
      self.loaded = try load(text, decisions.map(\.override))
      self.problems = []
    } catch {
      self.loaded = plain
      self.problems = error.problems.map(\.description)
    }
  }
}
