/// One setting as it holds now: what a form shows of it.
public struct SettingInForce: Sendable, Equatable {
  /// What there is to say about it.
  public let definition: SettingDefinition
  /// The full key, with names: `dependencies.openai.timeout`.
  public let key: String
  /// The value as it would be given by key, without secrets; nil where there is none.
  public let text: String?
  /// Where the value comes from.
  public let origin: SettingOrigin
  /// Why no operator can change it while the program runs; nil where one can.
  public let fixedBecause: String?
}

extension LoadedConfiguration {
  /// Every setting that has a value of its own and stands below a key, in the order of the reference.
  ///
  /// - Parameter key: `dependencies.openai`, or `telemetry`, or a setting's own; nil: everything but the dependencies.
  /// - Returns: Nothing for a key that there is not. Cost: linear in the settings below the key.
  public func settings(below key: String?) -> [SettingInForce] {
    let wanted = key.map { $0.split(separator: ".").map(String.init) } ?? []
    let values = Dictionary(
      self.configuration.settingValues.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let isWhole = key == nil
    return SettingDefinition.all.compactMap { definition in
      guard definition.availability == .available, definition.shape != .section, !definition.key.contains("[]"),
        !(isWhole && definition.key.hasPrefix("dependencies.")),
        let concrete = Self.concrete(definition.key, wanted), self.isThere(concrete)
      else { return nil }
      return self.inForce(definition, concrete, values)
    }
  }

  /// The key with its name in the place of `*`, if it stands at or below the wanted one.
  private static func concrete(_ pattern: String, _ wanted: [String]) -> String? {
    let parts = pattern.split(separator: ".").map(String.init)
    guard wanted.count <= parts.count else { return nil }
    var result: [String] = []
    for (index, part) in parts.enumerated() {
      guard index < wanted.count else {
        if part == "*" { return nil }
        result.append(part)
        continue
      }
      guard part == "*" || part == wanted[index] else { return nil }
      result.append(wanted[index])
    }
    return result.joined(separator: ".")
  }

  private func isThere(_ key: String) -> Bool {
    let parts = key.split(separator: ".")
    guard parts.first == "dependencies", parts.count > 1 else { return true }
    return self.configuration.dependency(named: String(parts[1])) != nil
  }

  private func inForce(
    _ definition: SettingDefinition, _ key: String, _ values: [String: SettingValue]
  ) -> SettingInForce {
    let written = self.source.written(at: key)
    let value = values[key]
    var text = value?.text
    var fixed = definition.fixedBecause
    if definition.isSecret {
      text = text == nil ? nil : "(redacted)"
    } else if definition.shape == .sections, fixed == nil {
      // As it can be given back; only of what may be changed, so that no list shows a secret that stands in it.
      text = written.text ?? definition.defaultText
      if text?.contains("${") ?? false { fixed = "it holds variables; change it in the file" }
    } else if value == nil, key.hasPrefix("defaults.") {
      text = written.text
    }
    return SettingInForce(
      definition: definition, key: key, text: text, origin: written.origin ?? SettingOrigin(.builtIn, ""),
      fixedBecause: fixed)
  }
}
