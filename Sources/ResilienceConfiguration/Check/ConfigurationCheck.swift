/// Looks for settings that are valid one by one and wrong together: what `resilience check` prints.
public enum ConfigurationCheck {
  /// Every finding in reading order; those that a comment in the file allows carry its reason.
  ///
  /// `# resilience:allow RULE reason` behind a value allows findings of that line, on a line of its own those of the
  /// next line; at the name of a dependency all of that dependency. A comment without a reason allows nothing, and one
  /// that nothing needs is itself a finding.
  ///
  /// Cost: linear in the settings; along `dependsOn`, in its arrows.
  public static func findings(in loaded: LoadedConfiguration) -> [ConfigurationFinding] {
    var allowances = Allowances(loaded.source.text)
    var findings: [ConfigurationFinding] = []
    for rule in CheckRule.all {
      for hit in rule.find(loaded.configuration) {
        var finding = Self.finding(hit, rule, loaded.source)
        let section = Self.line(of: "dependencies.\(hit.dependency)", loaded.source)
        finding.allowedBecause = allowances.take(rule.id, lines: [finding.line, section].compactMap { $0 })
        findings.append(finding)
      }
    }
    findings += allowances.findings(file: loaded.source.file)
    return findings.sorted {
      ($0.line ?? .max, $0.column ?? .max, $0.rule) < ($1.line ?? .max, $1.column ?? .max, $1.rule)
    }
  }

  private static func finding(
    _ hit: CheckRule.Hit, _ rule: CheckRule, _ source: ConfigurationSource
  ) -> ConfigurationFinding {
    var place: (line: Int, column: Int)?
    let origin = source.origin(of: hit.key)
    if case .file(let line, let column) = origin { place = (line, column) }
    return ConfigurationFinding(
      rule: rule.id, severity: rule.severity, file: origin.fileName ?? source.file, line: place?.line,
      column: place?.column, key: hit.key, message: hit.message, figures: hit.figures, remedy: hit.remedy,
      documentation: rule.documentation)
  }

  private static func line(of key: String, _ source: ConfigurationSource) -> Int? {
    guard case .file(let line, _) = source.origin(of: key) else { return nil }
    return line
  }
}
