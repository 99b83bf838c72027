extension Duration {
  /// Whole nanoseconds, at most a quarter of `Int64.max`, so that an instant plus a length never overflows.
  ///
  /// Exact: dividing lengths goes by way of a `Double`, and its conversion traps where it is too large.
  @usableFromInline package var nanoseconds: Int64 {
    let (seconds, attoseconds) = self.components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min / 4 : .max / 4 }
    return max(.min / 4, min(product + attoseconds / 1_000_000_000, .max / 4))
  }

  /// Whole milliseconds, at most a quarter of `Int64.max`, so that a time plus a length never overflows.
  package var milliseconds: Int64 {
    let (seconds, attoseconds) = self.components
    let longest = Int64.max / 4
    guard seconds < longest / 1_000 else { return longest }
    guard seconds > -longest / 1_000 else { return -longest }
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }

  /// Seconds as a floating-point number, for people and for headers.
  var inSeconds: Double { Double(self.nanoseconds) / 1e9 }
}
