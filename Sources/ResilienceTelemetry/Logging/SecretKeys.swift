/// Decides whether a log record's value may be shown, by its key and its look.
///
/// A net under the rule that secrets are not logged, not a licence to log them.
enum SecretKeys {
  /// What is written in a secret's place.
  static let replacement = "[redacted]"

  private static let marks = [
    "authorization", "cookie", "token", "password", "passwd", "secret", "apikey", "credential", "privatekey",
  ]

  /// Whether the key looks like that of a secret; case and `-`, `_`, `.`, blanks do not count.
  static func looksSecret(_ key: String) -> Bool {
    let plain = key.lowercased().filter { $0.isLetter || $0.isNumber }
    return self.marks.contains { plain.contains($0) }
  }

  /// Whether the value is a credential as HTTP sends it, under whatever key.
  static func looksLikeCredential(_ value: String) -> Bool {
    let start = value.prefix(7).lowercased()
    return start.hasPrefix("bearer ") || start.hasPrefix("basic ")
  }
}
