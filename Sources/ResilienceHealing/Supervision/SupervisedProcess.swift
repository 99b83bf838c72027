/// A process that is kept running.
public struct SupervisedProcess: Sendable {
  /// How it is seen that a process that runs also works.
  public struct Check: Sendable {
    /// What is looked at.
    public var verification: any HealingVerification
    /// How often.
    public var interval: Duration
    /// How long one look may take.
    public var timeout: Duration
    /// After how many bad looks in a row the process is restarted.
    public var fall: Int
    /// How long after a start bad looks do not count.
    public var startPeriod: Duration

    /// Describes a check; the defaults are those of Kubernetes' probes.
    public init(
      _ verification: any HealingVerification, interval: Duration = .seconds(10), timeout: Duration = .seconds(1),
      fall: Int = 3, startPeriod: Duration = .zero
    ) {
      self.verification = verification
      self.interval = interval
      self.timeout = timeout
      self.fall = max(1, fall)
      self.startPeriod = startPeriod
    }
  }

  /// The name by which operators and workflows refer to it.
  public var name: String
  /// Program, arguments, folder, environment, user, limits.
  public var command: Command
  /// When it is started again.
  public var restart: RestartPolicy
  /// The signal that asks it to end, by number; default 15 (SIGTERM).
  public var stopSignal: Int32
  /// How long it may take to end before it is killed; default 10 s.
  public var stopGrace: Duration
  /// How it is seen that it works; nil: that it runs is enough.
  public var check: Check?

  /// Describes a process.
  public init(
    _ name: String, _ command: Command, restart: RestartPolicy = RestartPolicy(), stopSignal: Int32 = 15,
    stopGrace: Duration = .seconds(10), check: Check? = nil
  ) {
    self.name = name
    self.command = command
    self.restart = restart
    self.stopSignal = stopSignal
    self.stopGrace = stopGrace
    self.check = check
  }
}
