/// A process that is kept running.
public struct SupervisedConfiguration: Sendable, Equatable {
  /// After which ends it is started again.
  public enum Restart: String, Sendable, CaseIterable {
    /// After every end.
    case always
    /// After an exit code other than 0, or a signal.
    case onFailure
    /// After none.
    case never
  }

  /// How it is asked to end.
  public enum StopSignal: String, Sendable, CaseIterable {
    /// SIGTERM.
    case term
    /// SIGINT.
    case int
    /// SIGQUIT.
    case quit
    /// SIGHUP.
    case hup
  }

  /// The name by which workflows and operators refer to it.
  public var name = ""
  /// Program, arguments, folder, environment, user, limits.
  public var command = CommandConfiguration()
  /// After which ends it is started again.
  public var restart = Restart.always
  /// The wait before the first new start.
  public var restartDelay = Duration.seconds(1)
  /// The longest wait.
  public var maxRestartDelay = Duration.seconds(300)
  /// How long it has to live for the waits to begin anew.
  public var stableAfter = Duration.seconds(60)
  /// How it is asked to end.
  public var stopSignal = StopSignal.term
  /// How long it may take to end before it is killed.
  public var stopGrace = Duration.seconds(10)
  /// How it is seen that it works.
  public var health: SupervisedHealthConfiguration?

  /// All defaults.
  public init() {}
}

extension SupervisedConfiguration: ConfigurationSection {
  static let settings: [Setting<SupervisedConfiguration>] =
    [.value("name", \.name, .name, "The name by which workflows and operators refer to it.", required: true)]
    + CommandConfiguration.process.map { $0.lifted(\.command) } + [
      .value("restart", \.restart, .choice(), "After which ends it is started again."),
      .value(
        "restartDelay", \.restartDelay, .wait, "The wait before the first new start; doubled while lives are short."),
      .value("maxRestartDelay", \.maxRestartDelay, .wait, "The longest wait before a new start."),
      .value("stableAfter", \.stableAfter, .wait, "How long it has to live for the waits to begin anew."),
      .value("stopSignal", \.stopSignal, .choice(), "The signal that asks it to end."),
      .value(
        "stopGrace", \.stopGrace, .wait, "How long it may take to end before it and all it has started are killed."),
      .optionalSection("health", \.health, "How it is seen that it works; without, that it runs is enough."),
    ]

  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {
    self.command.finish(at: node, with: &reader)
  }
}
