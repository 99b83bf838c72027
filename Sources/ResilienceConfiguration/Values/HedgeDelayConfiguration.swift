/// How long a first attempt may take before another begins beside it.
public enum HedgeDelayConfiguration: Sendable, Equatable, CustomStringConvertible {
  /// Always so long.
  case fixed(Duration)
  /// As long as all but the slowest calls take, in percent: 95 adds at most 5 % of load.
  case percentile(Double)

  /// As it would be written in a file: `p95` or `200ms`.
  public var description: String {
    switch self {
    case .fixed(let length): DurationText.render(length)
    case .percentile(let percent):
      percent == percent.rounded() ? "p\(Int(percent))" : "p\(percent)"
    }
  }
}
