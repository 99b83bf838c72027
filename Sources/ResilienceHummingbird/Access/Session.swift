/// A browser's login.
struct Session: Sendable {
  /// The secret in the cookie.
  let id: String
  /// The secret that writes have to repeat in a header, so that other pages cannot make them.
  let csrfToken: String
  /// Who logged in.
  let identity: Identity
  /// When it ends, in Unix milliseconds.
  let expires: Int64
}
