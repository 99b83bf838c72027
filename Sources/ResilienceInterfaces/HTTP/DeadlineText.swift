public import Resilience

/// The time that is left for a request, as it travels with it: in `X-Resilience-Deadline-Ms` and `grpc-timeout`.
///
/// ```swift
/// if let left = context.remaining { headers[DeadlineText.millisecondsField] = DeadlineText.milliseconds(left) }
/// let deadline = DeadlineText.read(milliseconds: field).map { Deadline(after: $0) }
/// ```
/// A length, not an instant: two machines' clocks differ. Written values are rounded down, so that nobody gets more
/// time than is left, and are at least 1, because some take 0 for "none". Pure texts, for any HTTP or gRPC library.
public enum DeadlineText {
  /// The field that holds whole milliseconds.
  public static let millisecondsField = "X-Resilience-Deadline-Ms"
  /// The field of gRPC: one to eight digits and a unit.
  public static let grpcField = "grpc-timeout"
  /// What a longer time is taken for: a century of 365 days a year.
  public static let longest = Duration.seconds(100 * 365 * 86_400)

  /// Whole milliseconds.
  public static func milliseconds(_ left: Duration) -> String { String(self.wholeMilliseconds(left)) }

  /// A `grpc-timeout`, in the smallest unit of milliseconds and above that eight digits can hold.
  public static func grpcTimeout(_ left: Duration) -> String {
    let milliseconds = self.wholeMilliseconds(left)
    let steps: [(divisor: Int64, unit: String)] = [(1, "m"), (1_000, "S"), (60_000, "M")]
    for step in steps where milliseconds / step.divisor <= 99_999_999 {
      return "\(milliseconds / step.divisor)\(step.unit)"
    }
    return "\(milliseconds / 3_600_000)H"
  }

  /// The time that a field of milliseconds says is left; nil if it cannot be read: 1 to 15 digits.
  public static func read(milliseconds text: String) -> Duration? {
    self.number(text[...], digits: 1...15).map { min(.milliseconds($0), self.longest) }
  }

  /// The time that a `grpc-timeout` says is left; nil if it cannot be read: 1 to 8 digits and one of `H M S m u n`.
  public static func read(grpcTimeout text: String) -> Duration? {
    guard let unit = text.last, let count = self.number(text.dropLast(), digits: 1...8) else { return nil }
    let length: Duration? =
      switch unit {
      case "H": .seconds(count * 3_600)
      case "M": .seconds(count * 60)
      case "S": .seconds(count)
      case "m": .milliseconds(count)
      case "u": .microseconds(count)
      case "n": .nanoseconds(count)
      default: nil
      }
    return length.map { min($0, self.longest) }
  }

  /// The deadline that a request brings along: the earlier one where both fields say something; nil where none does.
  ///
  /// - Parameters:
  ///   - milliseconds: The value of `X-Resilience-Deadline-Ms`, if there is one.
  ///   - grpcTimeout: The value of `grpc-timeout`, if there is one.
  ///   - runtime: Whose time it is.
  public static func deadline(
    milliseconds: String?, grpcTimeout: String?, on runtime: Runtime = .live
  ) -> Deadline? {
    let lengths = [milliseconds.flatMap(self.read(milliseconds:)), grpcTimeout.flatMap(self.read(grpcTimeout:))]
    return lengths.compactMap(\.self).min().map { Deadline(after: $0, on: runtime) }
  }

  private static func wholeMilliseconds(_ left: Duration) -> Int64 {
    let (seconds, attoseconds) = min(max(left, .zero), self.longest).components
    return max(1, seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
  }

  private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(text)
  }
}
