/// Two requests for one address, and whether the second one may get what the first one was answered.
struct CacheCase: Sendable {
  let name: String
  /// The fields of the upstream's answer.
  let answer: [(String, String)]
  let first: [(String, String)]
  let second: [(String, String)]
  let isShared: Bool

  init(
    _ name: String, _ answer: [(String, String)], first: [(String, String)] = [], second: [(String, String)] = [],
    isShared: Bool
  ) {
    self.name = name
    self.answer = answer
    self.first = first
    self.second = second
    self.isShared = isShared
  }

  private static let fresh = ("Cache-Control", "max-age=60")

  static let all: [CacheCase] = [
    CacheCase("max-age", [fresh], isShared: true),
    CacheCase("public", [("Cache-Control", "public, max-age=60")], isShared: true),
    CacheCase("s-maxage before max-age", [("Cache-Control", "max-age=0, s-maxage=60")], isShared: true),
    CacheCase("max-age in capitals", [("cache-control", "MAX-AGE=60")], isShared: true),
    CacheCase("must-revalidate while fresh", [("Cache-Control", "max-age=60, must-revalidate")], isShared: true),
    CacheCase("no freshness at all", [], isShared: false),
    CacheCase("max-age=0", [("Cache-Control", "max-age=0")], isShared: false),
    CacheCase("s-maxage=0 before max-age", [("Cache-Control", "max-age=60, s-maxage=0")], isShared: false),
    CacheCase("used up by Age", [fresh, ("Age", "100")], isShared: false),
    CacheCase("Expires that is no date", [("Expires", "0")], isShared: false),
    CacheCase("no-store", [("Cache-Control", "no-store, max-age=60")], isShared: false),
    CacheCase("no-cache", [("Cache-Control", "no-cache, max-age=60")], isShared: false),
    CacheCase("private", [("Cache-Control", "private, max-age=60")], isShared: false),
    CacheCase("private with a name", [("Cache-Control", "private=\"X-A\", max-age=60")], isShared: false),
    CacheCase("private in a second field", [fresh, ("Cache-Control", "private")], isShared: false),
    CacheCase("Set-Cookie", [fresh, ("Set-Cookie", "session=1")], isShared: false),
    CacheCase(
      "Set-Cookie that is public", [("Cache-Control", "public, max-age=60"), ("Set-Cookie", "a=1")], isShared: false),
    CacheCase(
      "Authorization in both", [fresh], first: [("Authorization", "alice")], second: [("Authorization", "alice")],
      isShared: false),
    CacheCase(
      "Authorization of two users", [fresh], first: [("Authorization", "alice")], second: [("Authorization", "bob")],
      isShared: false),
    CacheCase("stored for Authorization", [fresh], first: [("Authorization", "alice")], isShared: false),
    CacheCase("served to Authorization", [fresh], second: [("Authorization", "bob")], isShared: false),
    CacheCase(
      "Authorization although public", [("Cache-Control", "public, max-age=60")], first: [("Authorization", "alice")],
      isShared: false),
    CacheCase("stored for a Cookie", [fresh], first: [("Cookie", "session=alice")], isShared: false),
    CacheCase("served to a Cookie", [fresh], second: [("Cookie", "session=bob")], isShared: false),
    CacheCase(
      "Cookies of two users", [fresh], first: [("Cookie", "a=1")], second: [("Cookie", "a=2")], isShared: false),
    CacheCase(
      "Vary, the same value", [fresh, ("Vary", "Accept-Language")], first: [("Accept-Language", "de")],
      second: [("accept-language", "de")], isShared: true),
    CacheCase(
      "Vary, another value", [fresh, ("Vary", "Accept-Language")], first: [("Accept-Language", "de")],
      second: [("Accept-Language", "en")], isShared: false),
    CacheCase(
      "Vary, no value", [fresh, ("Vary", "Accept-Language")], first: [("Accept-Language", "de")], isShared: false),
    CacheCase(
      "Vary on a user's field", [fresh, ("Vary", "X-User")], first: [("X-User", "alice")], second: [("X-User", "bob")],
      isShared: false),
    CacheCase(
      "Vary in two fields", [fresh, ("Vary", "X-A"), ("Vary", "X-B")], first: [("X-B", "1")], second: [("X-B", "2")],
      isShared: false),
    CacheCase("Vary: *", [fresh, ("Vary", "*")], isShared: false),
    CacheCase("the request says no-store", [fresh], first: [("Cache-Control", "no-store")], isShared: false),
    CacheCase("the request says no-cache", [fresh], second: [("Cache-Control", "no-cache")], isShared: false),
    CacheCase("the request says Pragma", [fresh], second: [("Pragma", "no-cache")], isShared: false),
    CacheCase("a range", [fresh], second: [("Range", "bytes=0-1")], isShared: false),
  ]
}
