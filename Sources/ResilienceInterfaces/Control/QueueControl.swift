/// What operators see of queues, and do to them; what a ``ControlPlane`` has if its program keeps any.
///
/// Writes are audited with actor and reason, before they take effect.
public protocol QueueControl: Sendable {
  /// Every queue, sorted by name.
  func queues() async throws(ControlFailure) -> [QueueStatus]
  /// Items in one state, of one queue or of all, in the order of enqueuing.
  ///
  /// - Parameters:
  ///   - queue: Which queue; nil for all, sorted together.
  ///   - state: Which state.
  ///   - sequence: Only items behind this one; 0 to begin.
  ///   - limit: At most so many.
  func queueItems(
    of queue: String?, in state: QueueItem.State, after sequence: Int64, limit: Int
  ) async throws(ControlFailure) -> [QueueItemStatus]
  /// One item.
  func queueItem(_ id: String) async throws(ControlFailure) -> QueueItemStatus
  /// Makes a dead letter due again.
  func replayQueueItem(_ id: String, reason: String, actor: String) async throws(ControlFailure) -> QueueItemStatus
  /// Makes all dead letters of a queue, or of all queues, due again in the order of enqueuing; how many they were.
  ///
  /// - Parameters:
  ///   - name: Which queue; nil for all.
  ///   - reason: Why.
  ///   - actor: Who.
  func replayDeadLetters(
    ofQueue name: String?, reason: String, actor: String
  ) async throws(ControlFailure) -> Int
  /// Removes an item for good.
  func purgeQueueItem(_ id: String, reason: String, actor: String) async throws(ControlFailure) -> QueueItemStatus
  /// Removes all dead letters of a queue for good; how many they were.
  func purgeDeadLetters(ofQueue name: String, reason: String, actor: String) async throws(ControlFailure) -> Int
}
