extension Duration {
  /// The length in seconds for people: `5.105 seconds`, never `5.104821052999999 seconds`.
  ///
  /// Rounded to milliseconds from a second on, to microseconds below. Cost: for messages, not for the hot path.
  package var inWords: String {
    let nanoseconds = self.nanoseconds
    let size = nanoseconds.magnitude
    let unit: UInt64 = size >= 1_000_000_000 ? 1_000_000 : 1_000
    let rounded = (size + unit / 2) / unit * unit
    var places = String(String(rounded % 1_000_000_000 + 1_000_000_000).dropFirst())
    while places.count > 1, places.hasSuffix("0") { places.removeLast() }
    return "\(nanoseconds < 0 && rounded > 0 ? "-" : "")\(rounded / 1_000_000_000).\(places) seconds"
  }
}
