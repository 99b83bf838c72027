extension SettingDefinition {
  /// The policies of a dependency that an operator may change while the program runs.
  ///
  /// Named one by one: whatever says where the program connects, what it reads, runs or trusts, and whom it lets in,
  /// must not be within reach of whoever has an operator's token.
  private static let runTimeKeys: Set<Substring> = [
    "criticality", "timeout", "attemptTimeout", "retry", "circuitBreaker", "bulkhead", "rateLimit", "adaptiveLimit",
    "throttle", "hedge", "fallback", "cache", "maxBodyBytes",
  ]

  /// Types that say where to connect, what to read or whom to trust, wherever they stand.
  private static let fixedTypes: Set<String> = ["secret", "file", "URL", "address", "list of IP ranges", "storage URL"]

  /// Why no operator can change it while the program runs; nil where one can.
  public var fixedBecause: String? {
    if self.isSecret { return "secrets are given by variables" }
    if self.needsRestart { return "it needs a restart" }
    let parts = self.key.split(separator: ".", omittingEmptySubsequences: true)
    let policy = parts.first == "dependencies" ? parts.dropFirst(2).first : parts.dropFirst().first
    guard ["dependencies", "defaults"].contains(parts.first), let policy, Self.runTimeKeys.contains(policy),
      !Self.fixedTypes.contains(self.typeName)
    else { return "it is changed in the file only" }
    if self.key.contains("[]") { return "the list is changed as a whole" }
    if Self.all.contains(where: { $0.key.hasPrefix(self.key + "[].") && Self.fixedTypes.contains($0.typeName) }) {
      return "it is changed in the file only"
    }
    if self.shape == .section { return "the keys of the section are changed one by one" }
    return nil
  }

  /// The definition of a concrete key such as `dependencies.openai.timeout`; nil where there is none.
  public static func of(key: String) -> SettingDefinition? {
    var parts = key.split(separator: ".", omittingEmptySubsequences: false)
    if parts.first == "dependencies", parts.count > 1, !parts[1].isEmpty { parts[1] = "*" }
    return self.byKey[parts.joined(separator: ".")]
  }

  private static let byKey = Dictionary(Self.all.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
}
