/// The documents' variables that stand for settings of the service as a whole, laid below the file: they hold where the
/// file says nothing.
enum SectionDefaults {
  /// The sections that have such variables, with their definitions.
  private static let sections: [(name: String, definitions: [SettingDefinition])] = [
    ("modes", ModesConfiguration.settings.flatMap { $0.definitions() }),
    ("toggles", TogglesConfiguration.settings.flatMap { $0.definitions() }),
  ].map { ($0.0, $0.1.filter { !$0.documentVariables.isEmpty && !$0.key.contains("[]") }) }

  /// The file with what the variables say where it has nothing of its own.
  static func laid(below file: SourceNode, environment: [String: String]) -> SourceNode {
    guard file.isMapping || file.isNull else { return file }
    var tree = file
    for (name, definitions) in self.sections {
      for definition in definitions {
        let keys = [name] + definition.key.split(separator: ".").map(String.init)
        let set = definition.documentVariables.first { !(environment[$0.name] ?? "").isEmpty }
        guard let set, let text = environment[set.name].flatMap(set.settingText), self.isFree(keys, in: tree) else {
          continue
        }
        tree.insert(
          SourceNode(
            content: .scalar(text, isPlain: true), origin: .variable(set.name), path: keys.joined(separator: ".")),
          at: keys[...])
      }
    }
    return tree
  }

  /// Whether nothing stands at a place, and nothing that is no section on the way there.
  private static func isFree(_ keys: [String], in tree: SourceNode) -> Bool {
    for count in 1..<keys.count {
      if let node = tree.descendant(Array(keys.prefix(count))), !node.isMapping, !node.isNull { return false }
    }
    return tree.descendant(keys) == nil
  }
}
