internal import HTTPTypes
internal import ResilienceInterfaces

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

extension HTTPResponse {
  private static let resetNames = ["RateLimit-Reset", "X-RateLimit-Reset"].compactMap { HTTPField.Name($0) }

  /// How long the dependency asks to wait: `Retry-After`, or where it is missing and the status is 429 or 503 the reset
  /// of its rate limit (other responses carry that too, and mean nothing by it).
  var retryAfter: Duration? {
    let isLimited = self.status.code == 429 || self.status.code == 503
    let reset = isLimited ? Self.resetNames.lazy.compactMap { self.headerFields[$0] }.first : nil
    return RetryAfterHeader.parse(
      retryAfter: self.headerFields[.retryAfter], rateLimitReset: reset, now: Int64(time(nil)))
  }
}
