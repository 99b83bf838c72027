/// The definition of one setting of a section, bound to the stored property that holds it.
struct Setting<Root: Sendable>: Sendable {
  typealias Path<Value> = any WritableKeyPath<Root, Value> & Sendable

  let definition: SettingDefinition
  /// Definitions of what stands below, relative to this setting's own key.
  let children: @Sendable () -> [SettingDefinition]
  /// Whether `false` may stand in the section's place.
  let isSwitchable: Bool
  let read: @Sendable (SourceNode, inout Root, inout ConfigurationReader) -> Void
  /// The values that a section has here, keys relative to it.
  var show: @Sendable (Root) -> [SettingValue] = { _ in [] }

  var key: String { definition.key }

  /// This setting's definition and all below it.
  func definitions() -> [SettingDefinition] {
    [definition] + (definition.availability == .planned ? [] : children().map { $0.prefixed(key) })
  }

  /// The same setting of a section that stands inside another value.
  func lifted<Outer: Sendable>(_ path: any WritableKeyPath<Outer, Root> & Sendable) -> Setting<Outer> {
    Setting<Outer>(
      definition: definition, children: children, isSwitchable: isSwitchable,
      read: { node, outer, reader in read(node, &outer[keyPath: path], &reader) },
      show: { show($0[keyPath: path]) })
  }
}

extension Setting where Root: ConfigurationSection {
  /// A single value (or list of them) with a default, the stored property's own.
  static func value<Value: Sendable & Equatable>(
    _ key: String, _ path: Path<Value>, _ kind: ValueKind<Value>, _ documentation: String, required: Bool = false,
    documents: [DocumentVariable] = [], since: String = "0.1.0"
  ) -> Setting {
    Setting(
      definition: kind.definition(
        key, documentation, defaultText: required ? nil : kind.render(Root()[keyPath: path]), required: required,
        documents: documents, since: since),
      children: { [] }, isSwitchable: false,
      read: { node, root, reader in
        if let value = kind.read(node, &reader) { root[keyPath: path] = value }
      },
      show: { [SettingValue(key, kind.render($0[keyPath: path]), $0[keyPath: path])] })
  }

  /// A single value that may be absent; `absent` says in words what holds then.
  static func optional<Value: Sendable & Equatable>(
    _ key: String, _ path: Path<Value?>, _ kind: ValueKind<Value>, absent: String, _ documentation: String,
    documents: [DocumentVariable] = [], since: String = "0.1.0"
  ) -> Setting {
    Setting(
      definition: kind.definition(
        key, documentation, defaultText: "(\(absent))", required: false, documents: documents, since: since),
      children: { [] }, isSwitchable: false,
      read: { node, root, reader in
        if let value = kind.read(node, &reader) { root[keyPath: path] = value }
      },
      show: { $0[keyPath: path].map { [SettingValue(key, kind.render($0), $0)] } ?? [] })
  }

  /// A section that is always there, with defaults where the file has none.
  static func section<Section: ConfigurationSection>(
    _ key: String, _ path: Path<Section>, _ documentation: String, since: String = "0.1.0"
  ) -> Setting {
    Setting(
      definition: .section(key, documentation, allowed: "a section of keys", since: since),
      children: { Section.settings.flatMap { $0.definitions() } }, isSwitchable: false,
      read: { node, root, reader in reader.read(node, into: &root[keyPath: path]) },
      show: { Section.values($0[keyPath: path], below: key) })
  }

  /// A section that can be switched off and on.
  static func policy<Section: SwitchableSection>(
    _ key: String, _ path: Path<Section>, _ documentation: String, since: String = "0.1.0"
  ) -> Setting {
    var definition = SettingDefinition.section(
      key, documentation, allowed: "a section of keys, or true or false to switch it", since: since)
    definition.isSwitchable = true
    return Setting(
      definition: definition,
      children: { Section.settings.flatMap { $0.definitions() } }, isSwitchable: true,
      read: { node, root, reader in
        if node.isMapping, node["enabled"] == nil { root[keyPath: path].isEnabled = true }
        reader.read(node, into: &root[keyPath: path])
      },
      show: { Section.values($0[keyPath: path], below: key) })
  }

  /// A section that may be absent.
  ///
  /// The documents' variables stand for what is always there: they do not call it into being.
  static func optionalSection<Section: ConfigurationSection>(
    _ key: String, _ path: Path<Section?>, _ documentation: String, since: String = "0.1.0"
  ) -> Setting {
    Setting(
      definition: .section(key, documentation, allowed: "a section of keys", since: since),
      children: { Section.settings.flatMap { $0.definitions() }.map { $0.withoutDocumentVariables() } },
      isSwitchable: false,
      read: { node, root, reader in
        var section = Section()
        reader.read(node, into: &section)
        root[keyPath: path] = section
      },
      show: { $0[keyPath: path].map { Section.values($0, below: key) } ?? [] })
  }

  /// A list of sections, each turned into an element.
  static func sections<Section: ConfigurationSection, Element: Sendable & Equatable>(
    _ key: String, _ path: Path<[Element]>, of type: Section.Type, _ documentation: String,
    documents: [DocumentVariable] = [], since: String = "0.1.0",
    element: @escaping @Sendable (Section, SourceNode, inout ConfigurationReader) -> Element?
  ) -> Setting {
    Setting(
      definition: SettingDefinition(
        key: key, shape: .sections, typeName: "list of sections", unit: nil, allowed: "a list of sections",
        defaultText: "[]", documentation: documentation, isRequired: false, since: since, availability: .available,
        documentVariables: documents),
      children: { Section.settings.flatMap { $0.definitions() }.map { $0.prefixed("[]") } }, isSwitchable: false,
      read: { node, root, reader in
        guard let nodes = reader.elements(of: node, allowed: "a list of sections, or [] for none") else { return }
        root[keyPath: path] = nodes.compactMap { node in
          var section = Section()
          reader.read(node, into: &section)
          return element(section, node, &reader)
        }
      },
      show: { [SettingValue(key, "\($0[keyPath: path].count) entries", $0[keyPath: path])] })
  }

  /// A key whose name is settled and whose feature comes later.
  ///
  /// To make it available, replace this entry.
  static func planned(_ key: String, _ documentation: String) -> Setting {
    Setting(
      definition: SettingDefinition(
        key: key, shape: .section, typeName: "planned", unit: nil, allowed: "nothing yet", defaultText: nil,
        documentation: documentation, isRequired: false, since: "planned", availability: .planned,
        documentVariables: []),
      children: { [] }, isSwitchable: false, read: { _, _, _ in })
  }
}

extension SettingDefinition {
  static func section(_ key: String, _ documentation: String, allowed: String, since: String) -> SettingDefinition {
    SettingDefinition(
      key: key, shape: .section, typeName: "section", unit: nil, allowed: allowed, defaultText: nil,
      documentation: documentation, isRequired: false, since: since, availability: .available, documentVariables: [])
  }
}
