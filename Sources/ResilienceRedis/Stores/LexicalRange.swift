/// The bounds of `ZRANGEBYLEX` for names that begin with a prefix, behind another one.
///
/// Made here and not in Lua, whose comparison of texts follows the server's locale.
struct LexicalRange {
  let low: RedisArgument
  let high: RedisArgument

  init(prefix: String, after key: String? = nil) {
    if let key, !key.utf8.lexicographicallyPrecedes(prefix.utf8) {
      self.low = .text("(" + key)
    } else {
      self.low = prefix.isEmpty ? "-" : .text("[" + prefix)
    }
    // No text contains this byte, so it is behind whatever begins with the prefix.
    self.high = prefix.isEmpty ? "+" : .bytes(Array("(".utf8) + Array(prefix.utf8) + [0xFF])
  }
}
