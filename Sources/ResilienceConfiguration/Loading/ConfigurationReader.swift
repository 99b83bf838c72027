/// Reads trees of ``SourceNode`` into sections by their tables and gathers every problem on the way.
struct ConfigurationReader {
  /// A hopeless file must not make a hopeless report.
  static let maximumProblems = 1_000

  let file: String
  let environment: [String: String]
  /// Whether settings that depend on one another are looked at.
  var checksSections = true
  private(set) var problems: [ConfigurationProblem] = []
  private var seen: Set<ConfigurationProblem> = []
  private var failedPaths: Set<String> = []

  init(file: String, environment: [String: String]) {
    self.file = file
    self.environment = environment
  }

  /// Reads a section: known keys by their entries, unknown, planned and missing ones as problems.
  mutating func read<Section: ConfigurationSection>(_ node: SourceNode, into section: inout Section) {
    guard isSection(node) else { return }
    let settings = Section.settings
    for entry in Self.inOrder(node.entries) {
      guard let setting = settings.first(where: { $0.key == entry.key }) else {
        reportUnknown(entry, in: node, known: settings.map(\.definition))
        continue
      }
      if setting.definition.availability == .planned {
        report(
          .notAvailable, at: entry.origin, entry.value.path, "the key is known, but not available in this version",
          found: "it in use", allowed: "this version's keys",
          remedy: "remove it until you run a version that has it (\(setting.definition.documentation))")
      } else {
        setting.read(entry.value, &section, &self)
      }
    }
    for setting in settings where setting.definition.isRequired && node[setting.key] == nil {
      report(
        .missingKey, at: node.origin, SourcePath.join(node.path, setting.key), "the key is required",
        found: "no such key", allowed: setting.definition.allowed, remedy: "add `\(setting.key): …` to the section")
    }
    if checksSections { section.finish(at: node, with: &self) }
  }

  /// What is said further away first: the documents' variables, then `defaults`, then the section itself; of each a
  /// preset before the keys that start from it.
  private static func inOrder(_ entries: [SourceNode.Entry]) -> [SourceNode.Entry] {
    guard entries.contains(where: { $0.key == "preset" }) else { return entries }
    func rank(_ entry: SourceNode.Entry) -> Int {
      if entry.value.origin.isDocumentVariable { return 0 }
      let distance = entry.value.path.hasPrefix("defaults.") ? 1 : 2
      return distance * 2 - (entry.key == "preset" ? 1 : 0)
    }
    return (0...4).flatMap { wanted in entries.filter { rank($0) == wanted } }
  }

  private mutating func isSection(_ node: SourceNode) -> Bool {
    if node.isMapping || node.isNull { return true }
    report(
      .wrongType, at: node, "a section is expected here", found: node.kindDescription, allowed: "a section of keys",
      remedy: "put the section's keys below, indented")
    return false
  }

  /// The elements of a list; nil with a problem where the value is none.
  ///
  /// `false` stands for an empty list.
  mutating func elements(of node: SourceNode, allowed: String) -> [SourceNode]? {
    if case .sequence(let elements) = node.content { return elements }
    if case .scalar(let text, isPlain: true) = node.content, FlagText.value(of: text) == false, text != "0" {
      return []
    }
    report(
      .wrongType, at: node, "a list is expected here", found: node.kindDescription, allowed: allowed,
      remedy: "write [a, b], or one element per line after `- `")
    return nil
  }

  /// The text of a single value with its variables expanded; nil with a problem where it is none.
  mutating func text(of node: SourceNode, allowed: String, isSecret: Bool) -> String? {
    guard let raw = node.scalarText, !node.isNull else {
      report(
        .wrongType, at: node, "a single value is expected here", found: node.kindDescription, allowed: allowed,
        remedy: "write the value behind the key, or remove the key to get its default")
      return nil
    }
    guard node.origin.isFile else { return raw }
    do throws(ValueFault) {
      return try VariableExpansion.expand(raw, environment: environment)
    } catch {
      report(
        error.rule, at: node, error.message, found: isSecret ? "a variable that is not set" : shown(node),
        allowed: "${NAME} of a variable that is set, ${NAME:-default}, or $${ for a plain ${", remedy: error.remedy)
      return nil
    }
  }

  /// What stands in the file, fit for printing: the text before expansion, bounded, without passwords.
  func shown(_ node: SourceNode, isSecret: Bool = false) -> String {
    guard !isSecret else { return "(redacted)" }
    return node.scalarText.map(ShownText.quoted) ?? node.kindDescription
  }

  /// Whether a value has been found faulty, so that nothing needs to be concluded from it.
  func hasFailed(_ node: SourceNode?) -> Bool {
    node.map { failedPaths.contains($0.path) } ?? false
  }

  /// Records a problem with a value.
  mutating func report(
    _ rule: ConfigurationRule, at node: SourceNode, _ message: String, found: String, allowed: String, remedy: String
  ) {
    report(rule, at: node.origin, node.path, message, found: found, allowed: allowed, remedy: remedy)
  }

  /// Records a fault of the text.
  mutating func report(_ fault: SourceFault) {
    report(
      fault.rule, at: fault.origin, fault.path, fault.message, found: fault.found, allowed: fault.allowed,
      remedy: fault.remedy)
  }

  /// Records a problem at a place; a second identical one (a default that two dependencies share) is dropped.
  mutating func report(
    _ rule: ConfigurationRule, at origin: SourceOrigin, _ path: String, _ message: String, found: String,
    allowed: String, remedy: String
  ) {
    failedPaths.insert(path)
    guard problems.count < Self.maximumProblems else { return }
    var position: SourcePosition?
    var variable: String?
    switch origin {
    case .file(let line, let column): position = SourcePosition(line: line, column: column)
    case .variable(let name): variable = name
    case .runTime, .provider: break
    }
    let problem = ConfigurationProblem(
      rule: rule, severity: .error, file: origin.fileName ?? file, line: position?.line,
      column: position?.column, variable: variable, key: path, message: message, found: found, allowed: allowed,
      remedy: remedy)
    if seen.insert(problem).inserted { problems.append(problem) }
  }

  private mutating func reportUnknown(
    _ entry: SourceNode.Entry, in node: SourceNode, known definitions: [SettingDefinition]
  ) {
    guard problems.count < Self.maximumProblems else { return }
    let names = definitions.filter { $0.availability == .available }.map(\.key)
    let suggestion = Spelling.nearest(to: entry.key, among: names)
    report(
      .unknownKey, at: entry.origin, SourcePath.join(node.path, entry.key), "the key is unknown",
      found: ShownText.quoted(entry.key), allowed: names.joined(separator: ", "),
      remedy: suggestion.map { "did you mean `\($0)`?" } ?? "remove it, or see the configuration reference")
  }
}
