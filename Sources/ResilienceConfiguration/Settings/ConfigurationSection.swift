/// A value type that a section of the file fills: its stored properties hold the defaults, its table the settings.
protocol ConfigurationSection: Sendable {
  /// All defaults.
  init()
  /// One entry per setting; a key that is not here is unknown.
  static var settings: [Setting<Self>] { get }
  /// Looks at settings that depend on one another once all of the section are read.
  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader)
}

extension ConfigurationSection {
  mutating func finish(at node: SourceNode, with reader: inout ConfigurationReader) {}

  /// The values of a section that stands at a key.
  static func values(_ section: Self, below key: String) -> [SettingValue] {
    Self.settings.flatMap { $0.show(section) }.map { $0.prefixed(key) }
  }
}
