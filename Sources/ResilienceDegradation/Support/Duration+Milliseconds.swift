extension Duration {
  /// Whole milliseconds; at most a quarter of `Int64.max`, so that an instant plus a length never overflows.
  var milliseconds: Int64 {
    let (seconds, attoseconds) = self.components
    let longest = Int64.max / 4
    guard seconds < longest / 1_000 else { return longest }
    guard seconds > -longest / 1_000 else { return -longest }
    return seconds * 1_000 + attoseconds / 1_000_000_000_000_000
  }
}
