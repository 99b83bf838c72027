/// One setting that differs between two configurations.
public struct SettingChange: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The full key path.
  public let key: String
  /// The text in the older one, without secrets; nil where it has no such value.
  public let before: String?
  /// The text in the newer one, without secrets; nil where it has no such value.
  public let after: String?

  /// `KEY: BEFORE → AFTER`.
  public var description: String { "\(self.key): \(self.before ?? "(none)") → \(self.after ?? "(none)")" }

  /// Every difference, in the newer one's order, what it does not have any more last.
  public static func between(_ older: ServiceConfiguration, _ newer: ServiceConfiguration) -> [SettingChange] {
    let before = Dictionary(older.settingValues.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let values = newer.settingValues
    let known = Set(values.map(\.key))
    let changed = values.filter { before[$0.key] != $0 }.map {
      SettingChange(key: $0.key, before: before[$0.key]?.text, after: $0.text)
    }
    return changed
      + older.settingValues.filter { !known.contains($0.key) }.map {
        SettingChange(key: $0.key, before: $0.text, after: nil)
      }
  }
}
