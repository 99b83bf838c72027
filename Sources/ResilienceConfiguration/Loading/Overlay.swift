/// Lays one tree over another, key by key: what the upper one does not say, the lower one says.
enum Overlay {
  static func merge(_ lower: SourceNode?, _ upper: SourceNode?) -> SourceNode? {
    guard let lower else { return upper }
    guard let upper else { return lower }
    guard lower.isMapping, upper.isMapping else { return upper.isNull && lower.isMapping ? lower : upper }
    var merged = upper
    // The lower one's keys first, in its order: dependencies keep the file's.
    var entries = lower.entries
    var indices: [String: Int] = [:]
    for (index, entry) in entries.enumerated() { indices[entry.key] = index }
    for entry in upper.entries {
      if let index = indices[entry.key] {
        entries[index].value = merge(entries[index].value, entry.value) ?? entry.value
        entries[index].origin = entry.origin
      } else {
        entries.append(entry)
      }
    }
    merged.entries = entries
    return merged
  }

  /// Lays policies over policies: `false` in a section's place is `enabled: false`, and a section with keys of its own
  /// switches on again what the file (but not a variable) switched off below it.
  static func mergePolicies(_ lower: SourceNode?, _ upper: SourceNode?) -> SourceNode? {
    guard var lower else { return upper }
    forgetSwitches(switchableKeys, in: &lower, below: upper)
    for (parent, keys) in nestedKeys {
      guard var section = lower[parent] else { continue }
      forgetSwitches(keys, in: &section, below: upper?[parent])
      lower[parent] = section
    }
    return merge(lower, upper)
  }

  private static func forgetSwitches(_ keys: [String], in lower: inout SourceNode, below upper: SourceNode?) {
    for key in keys {
      guard let below = lower[key]?["enabled"], below.origin.isFile, let above = upper?[key], above.isMapping,
        !above.entries.isEmpty, above["enabled"] == nil
      else { continue }
      lower[key]?["enabled"] = nil
    }
  }

  /// Replaces `retry: false` by `retry: { enabled: false }`, for every policy that can be switched.
  static func withSwitches(_ node: SourceNode?) -> SourceNode? {
    guard var result = node else { return nil }
    replaceFlags(switchableKeys, in: &result)
    for (parent, keys) in nestedKeys {
      guard var section = result[parent] else { continue }
      replaceFlags(keys, in: &section)
      result[parent] = section
    }
    return result
  }

  private static func replaceFlags(_ keys: [String], in result: inout SourceNode) {
    for key in keys {
      guard let value = result[key], let text = value.scalarText, !value.isNull, FlagText.value(of: text) != nil else {
        continue
      }
      var flag = value
      flag.path = SourcePath.join(value.path, "enabled")
      var section = SourceNode.emptySection(origin: value.origin, path: value.path)
      section["enabled"] = flag
      result[key] = section
    }
  }

  private static let switchableKeys = PolicyConfiguration.settings.filter(\.isSwitchable).map(\.key)
  /// Sections that can be switched inside of sections, such as `budget` in `retry`.
  private static let nestedKeys: [String: [String]] = Dictionary(
    grouping: PolicyConfiguration.settings.flatMap { setting in
      setting.children().filter { $0.isSwitchable && !$0.key.contains(".") && !$0.key.contains("[]") }.map {
        (parent: setting.key, key: $0.key)
      }
    }, by: \.parent
  ).mapValues { $0.map(\.key) }
}
