/// Why a metric or one of its series cannot be made.
public enum MetricError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The metric's name does not fit Prometheus' data model or naming rules.
  case invalidName(String, reason: String)
  /// A label's name does not fit, is reserved, or is there twice.
  case invalidLabel(String, metric: String, reason: String)
  /// Histogram bounds must be finite, ascending and at least one.
  case invalidBounds(metric: String)
  /// The name is taken by a metric of another kind, help text, labels or bounds.
  case conflict(metric: String, existing: String)
  /// A series was bound with another number of label values than the metric has labels.
  case labelCount(metric: String, expected: [String], found: Int)

  /// What happened, to what, and what to do next.
  public var description: String {
    switch self {
    case .invalidName(let name, let reason):
      "metric name '\(name)' is not valid: \(reason)"
    case .invalidLabel(let label, let metric, let reason):
      "label '\(label)' of metric '\(metric)' is not valid: \(reason)"
    case .invalidBounds(let metric):
      "bounds of histogram '\(metric)' are not valid: give at least one, finite, in ascending order, without +Inf"
    case .conflict(let metric, let existing):
      "metric '\(metric)' is registered already as \(existing): register it once and share the family, or rename it"
    case .labelCount(let metric, let expected, let found):
      "metric '\(metric)' has the labels \(expected), but \(found) values were given: give one value for each, in order"
    }
  }
}
