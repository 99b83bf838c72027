/// One setting's value in a configuration: its key, and its text as it would stand in a file.
///
/// A secret's text is always `(redacted)`; equality compares the value itself.
public struct SettingValue: Sendable, Equatable {
  /// The full key path: `dependencies.openai.retry.maxAttempts`.
  public internal(set) var key: String
  /// The value as it would stand in a file, without secrets.
  public let text: String
  private let value: any Sendable & Equatable

  init(_ key: String, _ text: String, _ value: some Sendable & Equatable) {
    self.key = key
    self.text = text
    self.value = value
  }

  /// The secret itself, where the value is one; for whoever hands it on marked as such.
  package var secretText: String? { (self.value as? Secret)?.value }

  func prefixed(_ prefix: String) -> SettingValue {
    var copy = self
    copy.key = SourcePath.join(prefix, self.key)
    return copy
  }

  /// Whether key and value are the same.
  public static func == (left: SettingValue, right: SettingValue) -> Bool {
    left.key == right.key && Self.isEqual(left.value, right.value)
  }

  private static func isEqual<Value: Equatable>(_ left: Value, _ right: any Equatable) -> Bool {
    (right as? Value).map { $0 == left } ?? false
  }
}

extension ServiceConfiguration {
  /// Every setting in force, in the order of the reference; `defaults` is left out, for dependencies have it already.
  public var settingValues: [SettingValue] { Self.settings.flatMap { $0.show(self) } }
}
