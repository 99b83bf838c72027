/// The reference page of all settings, made from their definitions.
public enum ConfigurationReference {
  /// The page in Markdown: one table per top-level section, then what is planned.
  public static func markdown() -> String {
    let available = SettingDefinition.all.filter { $0.availability == .available }
    var page = header
    for section in sections(of: available) {
      page += "\n## `\(section.name)`\n\n| key | type | allowed | default | environment | what it does |\n"
      page += "|---|---|---|---|---|---|\n"
      for definition in section.definitions { page += row(definition) }
    }
    page += "\n## Known, but not available in this version\n\n"
    for definition in SettingDefinition.all where definition.availability == .planned {
      page += "- `\(definition.key)`: \(definition.documentation)\n"
    }
    return page
  }

  private static let header = """
    # Configuration reference

    Made from the definitions that the program reads files with. `*` stands for a dependency's name, `[]` for an
    element of a list. A variable in the environment column overrides the file; one in brackets sets a default below
    the file. Every key of a dependency but `url`, `listen` and `dependsOn` may also stand under `defaults`.
    Values may hold `${NAME}` and `${NAME:-default}`. Top-level keys that begin with `x-` are free for YAML anchors.

    """

  private static func sections(
    of definitions: [SettingDefinition]
  ) -> [(name: String, definitions: [SettingDefinition])] {
    var sections: [(name: String, definitions: [SettingDefinition])] = []
    for definition in definitions {
      let name = definition.key.prefix { $0 != "." }
      // The keys of `defaults` are those of a dependency; once is enough.
      if name == "defaults", definition.key.contains(".") { continue }
      if sections.last.map({ $0.name == name }) ?? false {
        sections[sections.count - 1].definitions.append(definition)
      } else {
        sections.append((String(name), [definition]))
      }
    }
    return sections
  }

  private static func row(_ definition: SettingDefinition) -> String {
    let type = definition.unit.map { "\(definition.typeName) (\($0))" } ?? definition.typeName
    let fallback = definition.isRequired ? "required" : definition.defaultText.map { "`\($0)`" } ?? ""
    let names =
      [definition.environmentName].compactMap { $0 }.map { "`\($0)`" }
      + definition.documentVariables.map { "(`\($0.name)`)" }
    let cells = [
      "`\(definition.key)`", type, definition.allowed, fallback, names.joined(separator: " "),
      definition.documentation,
    ]
    let escaped = cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
    return "| \(escaped.joined(separator: " | ")) |\n"
  }
}
