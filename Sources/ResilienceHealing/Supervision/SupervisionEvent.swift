public import ResilienceInterfaces

/// Something that supervision did or saw, in the past tense.
public enum SupervisionEvent: Sendable {
  /// A process was started: its name, its id, whether it had run before.
  case started(String, pid: Int64, isRestart: Bool)
  /// A process ended: how, in words, and whether somebody had asked for it.
  case ended(String, ending: String, wasAsked: Bool)
  /// A process could not be started: why.
  case failedToStart(String, reason: String)
  /// A process ends again and again; it is started again after this wait.
  case crashLooping(String, next: Duration)
  /// A process does not pass its check and is restarted.
  case unhealthy(String, reason: String)
  /// What an earlier start of this program had left behind was ended: how many processes.
  case orphansEnded(String, count: Int)
  /// A process printed a line, without secrets.
  case printed(String, line: String)
  /// Storage could not be written: what follows.
  case storageFailed(ControlStoreFailure, consequence: String)
}
