public import ResilienceInterfaces

/// Something that healing did, in the past tense.
public enum HealingEvent: Sendable {
  /// A run began.
  case started(HealingRun)
  /// A run is continued that a crash, or the end of the program, had interrupted.
  case resumed(HealingRun)
  /// A step has ended; its action's short word for metrics.
  case stepEnded(HealingRun, HealingStep, kind: String)
  /// A run has ended.
  case ended(HealingRun)
  /// A person is needed: the run, and why.
  case escalated(HealingRun, reason: String)
  /// An operator has rolled a run back; whether all of it.
  case rolledBack(HealingRun, actor: String)
  /// An operator has stopped healing (nil: resumed it).
  case stopChanged(HealingStop?, actor: String)
  /// Storage could not be written or read: what follows.
  case storageFailed(ControlStoreFailure, consequence: String)
}
