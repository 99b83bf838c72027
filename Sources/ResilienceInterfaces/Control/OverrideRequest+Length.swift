extension OverrideRequest {
  /// Reads a length as operators type it, 1 s … 365 d; use it for every write that may end by itself.
  public static func checkedLength(_ text: String?) throws(ControlFailure) -> Duration? {
    guard let text else { return nil }
    guard let parsed = DurationText.parse(text), parsed >= .seconds(1), parsed <= .seconds(365 * 86_400) else {
      throw .invalid(
        field: "for", found: text, allowed: "a length from 1s to 365d with a unit (ms, s, m, h, d), such as 10m")
    }
    return parsed
  }

  /// Whole milliseconds of a length.
  static func milliseconds(_ length: Duration) -> Int64 {
    length.components.seconds * 1_000 + length.components.attoseconds / 1_000_000_000_000_000
  }
}
