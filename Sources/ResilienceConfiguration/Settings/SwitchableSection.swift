/// A section that `false` in its place switches off, `true` or keys of its own switch on.
protocol SwitchableSection: ConfigurationSection {
  var isEnabled: Bool { get set }
}
