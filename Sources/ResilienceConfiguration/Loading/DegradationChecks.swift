/// Whether modes, toggles and notices name what there is.
enum DegradationChecks {
  static func run(
    on configuration: ServiceConfiguration, tree: SourceNode, with reader: inout ConfigurationReader
  ) {
    let dependencies = configuration.dependencies.map(\.name)
    let toggles = configuration.toggles.features.map(\.name)
    let tiers = configuration.tiers.classes.map(\.name)
    for mode in ["partial", "readOnly", "offline", "emergency"] {
      guard let section = tree.descendant(["modes", mode]) else { continue }
      for rule in self.elements(section["when"]) {
        self.check(rule["dependencies"], among: dependencies, "dependency", below: "dependencies", &reader)
      }
      self.check(section["togglesOff"], among: toggles, "toggle", below: "toggles.features", &reader)
      self.check(section["tiers"], among: tiers, "tier", below: "tiers.classes", &reader)
    }
    for toggle in self.elements(tree.descendant(["toggles", "features"])) {
      self.check(toggle["dependencies"], among: dependencies, "dependency", below: "dependencies", &reader)
      self.check(toggle["tiers"], among: tiers, "tier", below: "tiers.classes", &reader)
    }
    for name in dependencies {
      guard let dependency = tree.descendant(["dependencies", name]) else { continue }
      self.check(dependency["privilegedTiers"], among: tiers, "tier", below: "tiers.classes", &reader)
      self.check(dependency["toggle"], among: toggles, "toggle", below: "toggles.features", &reader)
      for path in self.elements(dependency["toggledPaths"]) {
        self.check(path["toggle"], among: toggles, "toggle", below: "toggles.features", &reader)
      }
    }
  }

  private static func elements(_ node: SourceNode?) -> [SourceNode] {
    if case .sequence(let elements)? = node?.content { elements } else { [] }
  }

  /// Reports every name of a value, or of a list of values, that is not known.
  private static func check(
    _ node: SourceNode?, among names: [String], _ kind: String, below key: String,
    _ reader: inout ConfigurationReader
  ) {
    guard let node else { return }
    for each in node.scalarText == nil ? self.elements(node) : [node] {
      guard let text = each.scalarText, !each.isNull, !reader.hasFailed(each),
        let name = try? VariableExpansion.expand(text, environment: each.origin.isFile ? reader.environment : [:]),
        !names.contains(name)
      else { continue }
      let nearest = Spelling.nearest(to: name, among: names)
      reader.report(
        kind == "dependency" ? .unknownDependency : .invalidValue, at: each, "no \(kind) has this name",
        found: reader.shown(each), allowed: "a name under \(key)",
        remedy: nearest.map { "did you mean `\($0)`?" } ?? "add it under \(key), or remove it here")
    }
  }
}
