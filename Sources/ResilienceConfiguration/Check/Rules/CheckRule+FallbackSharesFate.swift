extension CheckRule {
  static let fallbackSharesFate = CheckRule(
    "fallback-shares-fate", .note, "The last fallback does not need the dependency to have worked before.",
    why: "A stale cache holds what the dependency answered since the start, for requests that were asked before.",
    otherwise: "After a restart during an outage, and for new requests at any time, there is no fallback."
  ) { dependency in
    guard case .staleCache(let cache)? = dependency.fallback.last else { return nil }
    return Hit(
      dependency, "fallback", "the last fallback is empty whenever the dependency has not answered before",
      [.init("maxAge", cache.maxAge)], remedy: "add a template behind it, or accept that with a comment")
  }
}
