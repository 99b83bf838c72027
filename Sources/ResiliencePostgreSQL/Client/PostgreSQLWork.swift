internal import Resilience
internal import ResilienceInterfaces

/// Something that a caller waits for.
struct PostgreSQLWork: Sendable {
  /// The statement; its answer is the rows.
  let query: PostgreSQLQuery
  /// Queues whose lock it needs, by name and by the id of an item.
  var queues: [String] = []
  var items: [String] = []
  /// Whether it may be asked again when the connection broke before the answer.
  var isRepeatable = false
  /// When its caller gives up.
  let deadline: Instant
  /// Hears the end, once.
  let answer: @Sendable (Result<[PostgreSQLRow], StoreFailure>) -> Void
}
