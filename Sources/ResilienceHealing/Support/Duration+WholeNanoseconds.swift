extension Duration {
  /// Nanoseconds, at most as many as 64 bits hold.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = self.components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max / 4 : min(.max / 4, product + attoseconds / 1_000_000_000)
  }
}
