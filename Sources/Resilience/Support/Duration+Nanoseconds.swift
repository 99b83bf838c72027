extension Duration {
  /// Whole nanoseconds, at most a quarter of `Int64.max`, so that an instant plus a length never overflows.
  @usableFromInline var nanoseconds: Int64 {
    let (seconds, attoseconds) = self.components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min / 4 : .max / 4 }
    return max(.min / 4, min(product + attoseconds / 1_000_000_000, .max / 4))
  }

  /// Seconds as a floating-point number, for people and for headers.
  var inSeconds: Double { Double(self.nanoseconds) / 1e9 }
}
