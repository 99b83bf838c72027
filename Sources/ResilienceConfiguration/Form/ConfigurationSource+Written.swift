extension ConfigurationSource {
  /// What stands at a key, as it would be given by key, and where; both nil where nothing does.
  func written(at key: String) -> (text: String?, origin: SettingOrigin?) {
    var node = self.tree
    var preset: SourceNode?
    for part in key.split(separator: ".") {
      preset = node["preset"]
      guard let next = node[String(part)] else { return (nil, Self.named(preset)) }
      node = next
    }
    // A preset stands above what is said further away than it is, in the order in which sections are read.
    if let preset, !key.hasSuffix(".preset"), Self.distance(node) < Self.distance(preset) {
      return (node.flowText, Self.named(preset))
    }
    return (node.flowText, self.settingOrigin(node, key))
  }

  private static func named(_ preset: SourceNode?) -> SettingOrigin? {
    preset?.scalarText.map { SettingOrigin(.preset, $0) }
  }

  private static func distance(_ node: SourceNode) -> Int {
    node.origin.isDocumentVariable ? 0 : node.path.hasPrefix("defaults.") ? 1 : 2
  }

  private func settingOrigin(_ node: SourceNode, _ key: String) -> SettingOrigin {
    let isInherited = key.hasPrefix("dependencies.") && node.path.hasPrefix("defaults.")
    switch node.origin {
    case .file(let line, _): return SettingOrigin(isInherited ? .defaults : .file, "\(self.file):\(line)")
    case .runTime: return SettingOrigin(.runTime, "")
    case .provider(let name): return SettingOrigin(.provider, name)
    case .variable(let name) where name.hasPrefix("--set "): return SettingOrigin(.commandLine, name)
    case .variable(let name) where name.hasPrefix("RESILIENCE_"):
      return SettingOrigin(isInherited ? .defaults : .environment, name)
    case .variable(let name): return SettingOrigin(.documentVariable, name)
    }
  }
}

extension SourceNode {
  /// The value on one line: a scalar as it stands, a list of scalars separated by commas, anything else as JSON.
  var flowText: String {
    switch self.content {
    case .scalar(let text, _): return text
    case .sequence(let elements):
      let texts = elements.compactMap(\.scalarText)
      let isPlain = texts.count == elements.count && !texts.contains { $0.contains(",") || $0.isEmpty }
      return isPlain && !texts.isEmpty ? texts.joined(separator: ", ") : self.json
    case .mapping: return self.json
    }
  }

  private var json: String {
    switch self.content {
    case .scalar(let text, let isPlain):
      let isLiteral = isPlain && (self.isNull || FlagText.value(of: text) != nil || Double(text) != nil)
      return isLiteral ? (text.isEmpty ? "null" : text) : JSONText.quoted(text)
    case .sequence(let elements): return "[" + elements.map(\.json).joined(separator: ", ") + "]"
    case .mapping(let entries):
      return "{" + entries.map { "\(JSONText.quoted($0.key)): \($0.value.json)" }.joined(separator: ", ") + "}"
    }
  }
}
