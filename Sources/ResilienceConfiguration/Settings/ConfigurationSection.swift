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
}

/// A section that `false` in its place switches off, `true` or keys of its own switch on.
protocol SwitchableSection: ConfigurationSection {
  var isEnabled: Bool { get set }
}
