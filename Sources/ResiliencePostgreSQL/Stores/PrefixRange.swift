internal import ResilienceInterfaces

/// Texts that begin with a prefix, as a range that an index can find.
enum PrefixRange {
  /// Behind every key that begins with it: no key is longer, and no character is higher.
  static func end(of prefix: String) -> String {
    prefix + String(repeating: "\u{10FFFF}", count: StoreRules.longestKey / 4 + 1)
  }
}
