internal import NIOHTTP1
internal import ResilienceInterfaces

/// How long an answer may be used without asking again (RFC 9111 §4.2), and what is allowed after that.
struct Freshness: Equatable, Sendable {
  /// Seconds for which it is fresh, counted from its birth at the dependency.
  ///
  /// No guessing: 0 where nothing is said.
  let lifetime: Int64
  /// Its age in seconds when it came in.
  let initialAge: Int64
  /// Whether it must never be used stale: `must-revalidate`, `proxy-revalidate`, `s-maxage`, `no-cache`.
  let isStaleForbidden: Bool
  /// For how many seconds after its lifetime the dependency allows it in place of an error; nil where it says nothing.
  let staleIfError: Int64?
  /// For how many seconds after its lifetime it may be used while it is asked for again; nil where nothing is said.
  let staleWhileRevalidate: Int64?

  /// - Parameters:
  ///   - headers: The answer's fields.
  ///   - now: When it came in, in Unix seconds.
  init(_ headers: HTTPHeaders, now: Int64) {
    let directives = CacheControl(headers["Cache-Control"])
    let date = headers["Date"].first.flatMap { HTTPDate.parse($0, now: now) }
    let age = headers["Age"].first.flatMap { CacheControl.seconds($0) } ?? 0
    self.lifetime =
      directives.sharedMaxAge ?? directives.maxAge ?? Self.untilExpiry(headers["Expires"], date: date ?? now, now: now)
    self.initialAge = max(age, max(0, min(now - (date ?? now), CacheControl.longest)))
    self.isStaleForbidden =
      directives.mustRevalidate || directives.proxyRevalidate || directives.sharedMaxAge != nil || directives.noCache
    self.staleIfError = directives.staleIfError
    self.staleWhileRevalidate = directives.staleWhileRevalidate
  }

  /// Whether it may stand in for an error.
  ///
  /// - Parameters:
  ///   - age: Its age in seconds.
  ///   - maxAge: The configured maximum, in seconds; what the answer itself allows can only shorten it.
  func mayStandIn(age: Int64, maxAge: Int64) -> Bool {
    if age < self.lifetime { return age <= maxAge }
    guard !self.isStaleForbidden, age <= maxAge else { return false }
    return self.staleIfError.map { age - self.lifetime <= $0 } ?? true
  }

  /// Whether it may stand in for an error because it says so itself (RFC 5861 §4), whatever is configured.
  func allowsStandIn(age: Int64) -> Bool {
    guard let staleIfError, !self.isStaleForbidden else { return false }
    return age < self.lifetime || age - self.lifetime <= staleIfError
  }

  /// Whether it may be used while it is asked for again (RFC 5861 §3).
  func mayServeWhileRevalidating(age: Int64) -> Bool {
    guard let staleWhileRevalidate, !self.isStaleForbidden, age >= self.lifetime else { return false }
    return age - self.lifetime <= staleWhileRevalidate
  }

  /// An `Expires` that cannot be read (`0`, `-1`) means the past; so does one of several.
  private static func untilExpiry(_ values: [String], date: Int64, now: Int64) -> Int64 {
    guard !values.isEmpty else { return 0 }
    let seconds = values.map { value in HTTPDate.parse(value, now: now).map { $0 - date } ?? 0 }.min() ?? 0
    return max(0, min(seconds, CacheControl.longest))
  }
}
