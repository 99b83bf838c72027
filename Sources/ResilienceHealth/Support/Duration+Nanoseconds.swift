extension Duration {
  /// Whole nanoseconds, at most a quarter of `Int64.max`, so that an instant plus a length never overflows.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = self.components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min / 4 : .max / 4 }
    return max(.min / 4, min(product + attoseconds / 1_000_000_000, .max / 4))
  }
}
