internal import Logging

/// What of a log record's metadata is written: merged, flattened, sorted, redacted.
enum LogMetadata {
  /// The record's own metadata wins over the provider's, and that over the logger's; nested keys are joined by dots.
  static func flattened(
    _ logger: Logger.Metadata, _ provided: Logger.Metadata?, _ own: Logger.Metadata?
  ) -> [(key: String, value: String)] {
    var merged = logger
    if let provided { merged.merge(provided) { _, new in new } }
    if let own { merged.merge(own) { _, new in new } }
    var result: [String: String] = [:]
    for (key, value) in merged { self.flatten(key, value, isSecret: SecretKeys.looksSecret(key), into: &result) }
    return result.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) }
  }

  /// A text, or what stands in its place if it looks like a credential.
  static func shown(_ text: String, isSecret: Bool = false) -> String {
    isSecret || SecretKeys.looksLikeCredential(text) ? SecretKeys.replacement : text
  }

  private static func flatten(
    _ key: String, _ value: Logger.MetadataValue, isSecret: Bool, into result: inout [String: String]
  ) {
    switch value {
    case .string(let text): result[key] = self.shown(text, isSecret: isSecret)
    case .stringConvertible(let some): result[key] = self.shown(some.description, isSecret: isSecret)
    case .dictionary(let inner):
      for (name, value) in inner {
        let isSecret = isSecret || SecretKeys.looksSecret(name)
        self.flatten(key + "." + name, value, isSecret: isSecret, into: &result)
      }
    case .array(let values):
      for (index, value) in values.enumerated() {
        self.flatten(key + "." + String(index), value, isSecret: isSecret, into: &result)
      }
    }
  }
}
