extension CheckRule {
  static let unsafeRetries = CheckRule(
    "unsafe-retries", .warning, "Requests that are not idempotent by their method are not sent again.",
    why: "POST and PATCH may have taken effect although no answer came. Source: RFC 9110, section 9.2.2.",
    otherwise: "Orders are placed twice and money is paid twice, on days when answers get lost."
  ) { dependency in
    let unsafe = dependency.retry.methods.filter { $0 == "POST" || $0 == "PATCH" }
    let repeats = (dependency.retry.isEnabled && dependency.retry.maxAttempts > 1) || dependency.hedge.isEnabled
    guard !unsafe.isEmpty, repeats else { return nil }
    return Hit(
      dependency, "retry.methods", "\(unsafe.joined(separator: " and ")) requests are sent again",
      remedy: "remove them; callers that send an Idempotency-Key are repeated anyway")
  }
}
