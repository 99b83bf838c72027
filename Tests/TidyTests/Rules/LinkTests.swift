import Testing

@Suite("Links in documents")
struct LinkTests {
  @Test("Every relative link in Markdown leads to a file")
  func here() { Violation.report(Self.violations(.here)) }

  @Test("A link to nothing is found")
  func bad() {
    let text = "[a](B.md)\n[b](../C.md#part) and [c](gone.md \"title\")\n![d](pictures/d.png)"
    let repository = Repository(["Documentation/A.md": text, "Documentation/B.md": ""])
    #expect(Self.violations(repository).map(\.line) == [2, 2, 3])
  }

  @Test("Links to files, folders, parts, the web and in fences are passed")
  func good() {
    let text =
      "[a](../B.md#x) [b](#here) [c](https://example.com/x) [d](Guides) [e](Guides/G.md)\n```\n[f](no)\n```\n`[g](no)`"
    let repository = Repository(["Documentation/A.md": text, "B.md": "[a](/B.md)", "Documentation/Guides/G.md": ""])
    #expect(Self.violations(repository).isEmpty)
  }

  static func violations(_ repository: Repository) -> [Violation] {
    repository.markdown.flatMap { file in
      let fenced = Set(Fence.all(in: file).flatMap { $0.line...$0.line + $0.content.count + 1 })
      return file.lines.indices.filter { !fenced.contains($0) }.flatMap { index in
        Self.targets(file.lines[index]).filter { !repository.has(Self.resolved($0, from: file)) }
          .map { Violation(file, index, "\($0) does not exist", use: "the path of a file, from this one's folder,") }
      }
    }
  }

  /// What stands in the parentheses of `[text](target)`, without title and part, if it is a path.
  private static func targets(_ line: String) -> [String] {
    let plain = line.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 0 }
      .map { String($0.element) }.joined()
    return plain.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap { rest in
      let target = rest.prefix { $0 != ")" && $0 != " " && $0 != "#" }
      return target.isEmpty || target.contains(":") ? nil : String(target)
    }
  }

  private static func resolved(_ target: String, from file: TextFile) -> String {
    var folders = target.hasPrefix("/") ? [] : Array(file.parts.dropLast())
    for part in target.split(separator: "/").map(String.init) where part != "." {
      if part != ".." {
        folders.append(part)
      } else if folders.popLast() == nil {
        return "outside of the repository"
      }
    }
    return folders.joined(separator: "/")
  }
}
