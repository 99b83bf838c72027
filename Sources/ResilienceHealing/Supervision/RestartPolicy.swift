/// When a supervised process that has ended is started again.
public struct RestartPolicy: Sendable, Hashable {
  /// After which ends.
  public enum Mode: String, Sendable, Hashable, CaseIterable {
    /// After every end.
    case always
    /// After an exit code other than 0, or a signal.
    case onFailure
    /// After none.
    case never
  }

  /// After which ends; default always.
  public var mode = Mode.always
  /// The wait before the first new start; doubled after each life that was shorter than `stableAfter`.
  ///
  /// Default 1 s.
  public var initialDelay = Duration.seconds(1)
  /// The longest wait; default 5 min, as Kubernetes' CrashLoopBackOff has it.
  public var maxDelay = Duration.seconds(300)
  /// How long a process has to live for the waits to begin anew; default 60 s.
  public var stableAfter = Duration.seconds(60)

  /// All defaults.
  public init() {}
}
