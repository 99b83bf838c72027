/// The name of the request that everything in this task is done for.
///
/// Servers bind `CorrelationID.$current` once per request (from `traceparent` or `X-Correlation-ID`, or made); errors
/// and events carry it.
public enum CorrelationID {
  /// The current task's correlation id, if somebody has bound one.
  @TaskLocal public static var current: String?
}
