/// `RESILIENCE_…` variables and settings given by key as a tree to lay over the file's.
struct EnvironmentOverrides {
  private(set) var tree = SourceNode.emptySection(origin: .variable(""))
  private(set) var notes: [ConfigurationNote] = []
  private(set) var faults: [SourceFault] = []

  /// Every variable that names a setting of these dependencies or of the service, and above them the settings.
  init(
    environment: [String: String], dependencies: [String], referenced: Set<String>, settings: [SettingOverride] = []
  ) {
    let prefix = "RESILIENCE_"
    let given = environment.filter { $0.key.hasPrefix(prefix) && !$0.value.isEmpty }
    defer { insert(settings, dependencies: dependencies) }
    guard !given.isEmpty else { return }
    var targets: [String: [Target]] = [:]
    for target in Self.targets(dependencies: dependencies) {
      targets[prefix + SourcePath.environmentName(target.path), default: []].append(target)
    }
    for (name, value) in given.sorted(by: { $0.key < $1.key }) {
      switch targets[name] {
      case .some(let found) where found.count == 1:
        insert(value, at: .variable(name), target: found[0])
      case .some(let found):
        reportAmbiguous(name, found.map(\.path))
      case nil:
        if !referenced.contains(name) { noteUnknown(name, among: Array(targets.keys)) }
      }
    }
  }

  private mutating func insert(_ settings: [SettingOverride], dependencies: [String]) {
    guard !settings.isEmpty else { return }
    let targets = Dictionary(
      Self.targets(dependencies: dependencies).map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    for setting in settings {
      if let target = targets[setting.key] {
        insert(setting.text, at: setting.origin, target: target)
        continue
      }
      if setting.source == .runTime {
        notes.append(
          ConfigurationNote(
            variable: nil, key: setting.key,
            text: "the run-time override of \(setting.key) names nothing in this configuration and has no effect"))
        continue
      }
      let nearest = Spelling.nearest(to: setting.key, among: Array(targets.keys))
      faults.append(
        SourceFault(
          rule: .unknownKey, origin: setting.origin, path: setting.key, message: "no setting has this key",
          found: ShownText.quoted(setting.key), allowed: "the key of a setting, dependencies by their name",
          remedy: nearest.map { "did you mean `\($0)`?" } ?? "see `resilience reference`"))
    }
  }

  private struct Target {
    let keys: [String]
    let shape: SettingDefinition.Shape
    var path: String { keys.joined(separator: ".") }
  }

  private static func targets(dependencies: [String]) -> [Target] {
    SettingDefinition.all.flatMap { definition -> [Target] in
      guard !definition.key.contains("[]") else { return [] }
      let keys = definition.key.split(separator: ".").map(String.init)
      guard keys.contains("*") else { return [Target(keys: keys, shape: definition.shape)] }
      return dependencies.map { name in
        Target(keys: keys.map { $0 == "*" ? name : $0 }, shape: definition.shape)
      }
    }
  }

  private mutating func insert(_ value: String, at origin: SourceOrigin, target: Target) {
    var node = SourceNode(content: .scalar(value, isPlain: true), origin: origin, path: target.path)
    let isStructured = value.hasPrefix("[") || value.hasPrefix("{")
    if target.shape != .value, isStructured {
      let parsed = YAMLSource.parse(value, at: origin, path: target.path)
      faults += parsed.faults
      guard let tree = parsed.tree else { return }
      node = tree
    } else if target.shape == .list {
      let parts = value.split(separator: ",").map { part in
        part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed().map(String.init).joined()
      }
      node.content = .sequence(
        parts.enumerated().map { index, text in
          SourceNode(
            content: .scalar(text, isPlain: true), origin: origin, path: SourcePath.join(target.path, index: index))
        })
    }
    tree.insert(node, at: target.keys[...])
  }

  private mutating func reportAmbiguous(_ name: String, _ paths: [String]) {
    faults.append(
      SourceFault(
        rule: .contradiction, origin: .variable(name), path: paths[0], message: "the variable stands for several keys",
        found: paths.joined(separator: " and "), allowed: "one key",
        remedy: "rename one of the dependencies, or set the keys in the file"))
  }

  private mutating func noteUnknown(_ name: String, among names: [String]) {
    let suggestion = Spelling.nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
    notes.append(
      ConfigurationNote(
        variable: name, key: nil,
        text: "\(name) is set, but names no setting of this file and has no effect\(suggestion)"))
  }
}
