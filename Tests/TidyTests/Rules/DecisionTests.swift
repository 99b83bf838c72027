import Testing

@Suite("Decision records")
struct DecisionTests {
  static let folder = "Documentation/Decisions/"
  static let sections = ["Context", "Decision", "Consequences", "Alternatives", "Evidence"].map { "## \($0)" }

  @Test("Every decision record is listed, has its own number and all parts")
  func here() { Violation.report(Self.violations(.here)) }

  @Test("A record that is unlisted, incomplete, unnumbered or has a number twice is found")
  func bad() {
    let whole = Self.sections.joined(separator: "\n")
    let repository = Repository([
      Self.folder + "README.md": "[a](0001-a.md) [b](0001-b.md) [d](0003-d.md) [e](fifth.md)",
      Self.folder + "0001-a.md": whole, Self.folder + "0001-b.md": whole, Self.folder + "0002-c.md": whole,
      Self.folder + "0003-d.md": "## Context", Self.folder + "fifth.md": whole,
    ])
    #expect(
      Self.violations(repository).map { $0.path.dropFirst(Self.folder.count) } == [
        "0001-b.md", "0002-c.md", "0003-d.md", "fifth.md",
      ])
  }

  static func violations(_ repository: Repository) -> [Violation] {
    let index = repository.file(Self.folder + "README.md")?.text ?? ""
    var numbers: Set<String> = []
    return repository.markdown.filter { $0.path.hasPrefix(Self.folder) && $0.name != "README.md" }.compactMap { file in
      let number = String(file.name.prefix(4))
      guard number.count == 4, number.allSatisfy(\.isNumber), file.name.dropFirst(4).hasPrefix("-") else {
        return Violation(file, 0, "the name has no number", use: "NNNN-title.md")
      }
      guard numbers.insert(number).inserted else {
        return Violation(file, 0, "number \(number) is taken", use: "the next free one")
      }
      guard index.contains("](\(file.name))") else {
        return Violation(file, 0, "the record is not listed", use: "a line in \(Self.folder)README.md")
      }
      let missing = Self.sections.filter { !file.lines.contains($0) }
      if missing.isEmpty { return nil }
      return Violation(file, 0, "without \(missing.joined(separator: ", "))", use: "all parts of the template")
    }
  }
}
