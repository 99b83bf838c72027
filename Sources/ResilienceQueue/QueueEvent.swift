public import ResilienceInterfaces

/// What happens in a queue, for logs and metrics.
public enum QueueEvent: Sendable {
  /// An item was enqueued.
  case enqueued(QueueItem)
  /// An item was not enqueued, because it was there already.
  case repeated(QueueItem)
  /// The queue was full.
  case refused(StoreFailure)
  /// An item is done, so many milliseconds after it was enqueued.
  case completed(QueueItem, milliseconds: Int64)
  /// An attempt failed, and another one follows after a delay.
  case failed(QueueItem, reason: String, retryAfter: Duration)
  /// An item became a dead letter.
  case died(QueueItem, reason: String)
  /// A policy refuses: draining pauses.
  case paused(reason: String, retryAfter: Duration)
  /// Draining goes on after a pause.
  case resumed
  /// The store did not do what it was asked to; it is asked again.
  case storeFailed(StoreFailure)
}
