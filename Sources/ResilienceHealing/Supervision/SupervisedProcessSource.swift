public import ResilienceInterfaces

/// Knows supervised processes.
public protocol SupervisedProcessSource: Sendable {
  /// Every process, in the order of the configuration.
  func statuses() -> [SupervisedProcessStatus]
}
