extension ConfigurationReference {
  /// What there is to say about the settings at a key and below it, for a terminal.
  ///
  /// - Parameter key: As the reference has it (`dependencies.*.retry`), with a dependency's own name in the place of
  ///   `*`, or only the end of it (`retry.maxAttempts`).
  /// - Returns: One block per setting; nil where no setting has this key.
  public static func text(of key: String) -> String? {
    let found = Self.definitions(of: key)
    return found.isEmpty ? nil : found.map(Self.block).joined(separator: "\n")
  }

  /// The key that was probably meant; nil where none is near.
  public static func suggestion(for key: String) -> String? {
    let keys = SettingDefinition.all.map(\.key)
    if let near = Spelling.nearest(to: key, among: keys) { return near }
    let wanted = String(key.split(separator: ".").last ?? "")
    let last = Set(keys.compactMap { $0.split(separator: ".").last.map(String.init) }).sorted()
    guard let name = Spelling.nearest(to: wanted, among: last) else { return nil }
    return keys.first { $0.hasSuffix("." + name) || $0 == name }
  }

  /// The first sentence of a setting's documentation with its default, for the help of a command-line option.
  public static func help(of key: String) -> String {
    guard let definition = SettingDefinition.of(key: key) else { return key }
    let fallback = definition.defaultText.map { " Default: \($0)." } ?? ""
    return "\(definition.documentation) \(Self.capitalised(definition.allowed)).\(fallback) (\(key))"
  }

  /// As the beginning of a sentence; a value that is spelled so, such as `memory:`, stays as it is.
  private static func capitalised(_ text: String) -> String {
    let word = text.prefix { !$0.isWhitespace && $0 != "," }
    return word.allSatisfy(\.isLetter) ? text.prefix(1).uppercased() + text.dropFirst() : text
  }

  private static func definitions(of key: String) -> [SettingDefinition] {
    let wanted = key.split(separator: ".").map(String.init)
    guard !wanted.isEmpty else { return [] }
    func fits(_ parts: ArraySlice<Substring>) -> Bool {
      parts.count >= wanted.count && zip(parts, wanted).allSatisfy { $0 == "*" || $0 == $1 || $0 == $1 + "[]" }
    }
    let whole = SettingDefinition.all.filter { fits($0.key.split(separator: ".")[...]) }
    if !whole.isEmpty { return whole }
    // The end of a key, such as `retry.maxAttempts`; those of dependencies stand for those of `defaults`.
    return SettingDefinition.all.filter { definition in
      let parts = definition.key.split(separator: ".")
      guard parts.first == "dependencies" || !definition.key.hasPrefix("defaults.") else { return false }
      return parts.indices.contains { index in parts[index] == wanted[0] && fits(parts[index...]) }
    }
  }

  private static func block(_ definition: SettingDefinition) -> String {
    var lines = ["\(definition.key)", "  \(definition.documentation)"]
    guard definition.availability == .available else { return lines[0] + "\n  (not in this version)\n" }
    lines.append("  type: \(definition.typeName)\(definition.unit.map { " (\($0))" } ?? "")")
    lines.append("  allowed: \(definition.allowed)")
    if definition.isRequired { lines.append("  required") }
    if let text = definition.defaultText { lines.append("  default: \(text)") }
    if let name = definition.environmentName { lines.append("  environment: \(name)") }
    if !definition.documentVariables.isEmpty {
      lines.append("  default from: \(definition.documentVariables.map(\.name).joined(separator: ", "))")
    }
    lines.append("  since: \(definition.since)")
    if definition.shape != .section {
      lines.append("  while running: \(definition.fixedBecause.map { "fixed, \($0)" } ?? "an operator may change it")")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
