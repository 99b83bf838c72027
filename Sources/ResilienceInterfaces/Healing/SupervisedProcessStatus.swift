/// What operators see of one supervised process.
public struct SupervisedProcessStatus: Codable, Sendable, Hashable {
  /// What a process is doing.
  public enum State: String, Codable, Sendable, CaseIterable {
    /// It runs.
    case running
    /// It is being ended.
    case stopping
    /// It ended and is started again after a wait.
    case waiting
    /// It ended several times in a row soon after its start; waits grow.
    case crashLoop
    /// It ended, and its restart policy does not start it again.
    case ended
  }

  /// Its name.
  public let name: String
  /// What it is doing.
  public let state: State
  /// Its process id while it runs.
  public let pid: Int?
  /// Since when it is in this state, in Unix milliseconds.
  public let since: Int64
  /// How often it was started again, by whatever cause, since the program began.
  public let restarts: Int
  /// When it is started next, in Unix milliseconds, while it waits.
  public let nextStart: Int64?
  /// How it ended last, in words.
  public let lastExit: String?
  /// What its check says; nil where it has none.
  public let health: HealthState?

  /// Describes a process; times are Unix milliseconds.
  public init(
    name: String, state: State, pid: Int?, since: Int64, restarts: Int, nextStart: Int64?, lastExit: String?,
    health: HealthState?
  ) {
    self.name = name
    self.state = state
    self.pid = pid
    self.since = since
    self.restarts = restarts
    self.nextStart = nextStart
    self.lastExit = lastExit
    self.health = health
  }
}
