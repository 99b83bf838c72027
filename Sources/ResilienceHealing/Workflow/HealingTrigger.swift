internal import Resilience

/// What starts a workflow by itself.
public enum HealingTrigger: Sendable, Hashable {
  /// Only an operator starts it.
  case operatorOnly
  /// A dependency or supervised process has been unhealthy (or degraded, if asked) for so long, and was told to be so
  /// at least so many times since it last was well.
  case health(subject: String, alsoDegraded: Bool, for: Duration, observations: Int)
  /// A breaker has been open for so long.
  case breakerOpen(name: String, for: Duration)
  /// Calls fail in a certain way.
  case errors(ErrorPattern)

  /// The trigger in words.
  public var summary: String {
    switch self {
    case .operatorOnly: "an operator"
    case .health(let subject, let alsoDegraded, let length, let observations):
      "'\(subject)' is unhealthy\(alsoDegraded ? " or degraded" : "")\(Self.text(length))"
        + (observations > 1 ? " (\(observations) times in a row)" : "")
    case .breakerOpen(let name, let length): "breaker '\(name)' is open\(Self.text(length))"
    case .errors(let pattern):
      "\(pattern.count) failures of '\(pattern.dependency)' within \(pattern.within)"
        + (pattern.code.map { " with code \($0)" } ?? "")
        + (pattern.category.map { " of category \($0.rawValue)" } ?? "")
    }
  }

  private static func text(_ length: Duration) -> String { length > .zero ? " for \(length.inWords)" : "" }
}
