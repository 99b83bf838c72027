extension Duration {
  /// Whole nanoseconds, exactly, as far as a quarter of `Int64.max`: dividing lengths goes by way of a `Double`.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = self.components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min / 4 : .max / 4 }
    return max(.min / 4, min(product + attoseconds / 1_000_000_000, .max / 4))
  }
}
