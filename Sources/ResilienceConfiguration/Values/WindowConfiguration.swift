/// Which calls a breaker's rates are taken over.
public enum WindowConfiguration: Sendable, Equatable, CustomStringConvertible {
  /// The last so many calls.
  case count(Int)
  /// The calls of the last so much time.
  case time(Duration)

  /// As it would be written in a file: `100 calls` or `30s`.
  public var description: String {
    switch self {
    case .count(let calls): "\(calls) calls"
    case .time(let length): DurationText.render(length)
    }
  }
}
