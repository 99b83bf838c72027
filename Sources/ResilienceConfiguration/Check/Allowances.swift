/// The comments of a file that allow findings: `# resilience:allow RULE reason`.
struct Allowances {
  private struct Allowance {
    /// The comment's own line.
    let line: Int
    /// The line that it is about.
    let target: Int
    let rule: String
    let reason: String
    var isUsed = false
  }

  private static let mark = "# resilience:allow"
  private var all: [Allowance] = []

  init(_ text: String) {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    for (index, line) in lines.enumerated() {
      guard let mark = line.firstRange(of: Self.mark) else { continue }
      let before = line[..<mark.lowerBound]
      // Inside of a word or of quotes it is no comment.
      guard before.last.map({ $0 == " " || $0 == "\t" }) ?? true, before.count(where: { $0 == "\"" }) % 2 == 0,
        before.count(where: { $0 == "'" }) % 2 == 0
      else { continue }
      let words = line[mark.upperBound...].split(separator: " ", maxSplits: 1)
      let isAlone = before.allSatisfy(\.isWhitespace)
      let target = isAlone ? Self.nextContent(after: index, lines) : index
      let reason = words.count > 1 ? words[1].drop { $0 == " " } : ""
      self.all.append(
        Allowance(line: index + 1, target: target + 1, rule: words.first.map(String.init) ?? "", reason: String(reason))
      )
    }
  }

  private static func nextContent(after index: Int, _ lines: [Substring]) -> Int {
    lines.indices.dropFirst(index + 1).first { line in
      guard let first = lines[line].first(where: { !$0.isWhitespace }) else { return false }
      return first != "#"
    } ?? index
  }

  /// The reason why a finding of a rule at one of the lines is allowed; nil where it is not.
  mutating func take(_ rule: String, lines: [Int]) -> String? {
    let fitting = self.all.indices.filter { self.all[$0].rule == rule && lines.contains(self.all[$0].target) }
    for index in fitting { self.all[index].isUsed = true }
    return fitting.map { self.all[$0].reason }.first { !$0.isEmpty }
  }

  /// What is wrong with the comments themselves.
  func findings(file: String) -> [ConfigurationFinding] {
    self.all.compactMap { allowance in
      let known = CheckRule.all.map(\.id)
      let isKnown = known.contains(allowance.rule)
      if isKnown, allowance.isUsed, !allowance.reason.isEmpty { return nil }
      let name = allowance.rule.isEmpty ? "(none)" : allowance.rule
      let (rule, message, remedy): (String, String, String) =
        if !isKnown {
          (
            "unknown-allowance", "the comment names no rule that there is: \(name)",
            Spelling.nearest(to: allowance.rule, among: known).map { "did you mean `\($0)`?" }
              ?? "write the id of a rule behind resilience:allow"
          )
        } else if !allowance.isUsed {
          ("unused-allowance", "nothing needs the comment that allows \(name)", "remove the comment")
        } else {
          (
            "allowance-without-reason", "the comment that allows \(name) gives no reason and allows nothing",
            "write why behind the rule's id"
          )
        }
      return ConfigurationFinding(
        rule: rule, severity: .warning, file: file, line: allowance.line, column: 1, key: "(comment)",
        message: message, figures: [], remedy: remedy, documentation: "Documentation/Check.md#comments")
    }
  }
}
