import Testing

@Suite("Snippets in documents")
struct SnippetTests {
  @Test("Every Swift example in a document is a region of a compiled snippet, word for word")
  func here() { Violation.report(Self.violations(.here)) }

  static let snippet = "import A\n// snippet.start\n  let a = 1\n\n  let b = 2\n// snippet.end\n"

  @Test(
    "An example that is unmarked, unknown, different or open is found",
    arguments: [
      "```swift\nlet a = 1\n```", "<!-- snippet: other -->\n```swift\nlet a = 1\n\nlet b = 2\n```",
      "<!-- snippet: start -->\n```swift\nlet a = 1\n```", "<!-- snippet: start -->\n```swift\nlet a = 1\n",
    ])
  func bad(text: String) {
    let repository = Repository(["README.md": text, "Snippets/A/Start.swift": Self.snippet])
    #expect(Self.violations(repository).count == 1)
  }

  @Test("A region that is there twice or does not end is found")
  func badRegions() {
    let repository = Repository(["Snippets/A.swift": Self.snippet, "Snippets/B.swift": Self.snippet + "// snippet.x\n"])
    #expect(Self.violations(repository).count == 2)
  }

  @Test("An equal example and other languages are passed")
  func good() {
    let text = "<!-- snippet: start -->\n```swift\nlet a = 1\n\nlet b = 2\n```\n\n```yaml\na: 1\n```\n"
    let files = ["README.md", "Documentation/Guides/A.md"].map { ($0, text) } + [("Snippets/A.swift", Self.snippet)]
    #expect(Self.violations(Repository(Dictionary(uniqueKeysWithValues: files))).isEmpty)
  }

  static func violations(_ repository: Repository) -> [Violation] {
    var regions: [String: [String]] = [:]
    var found: [Violation] = []
    for file in repository.swift(below: "Snippets") { Self.collect(file, &regions, &found) }
    for file in repository.markdown
    where file.path == "README.md" || file.path.hasPrefix("Documentation/") || file.path.contains(".docc/") {
      for fence in Fence.all(in: file) where fence.language == "swift" {
        if let what = Self.fault(fence, file, regions) {
          found.append(Violation(file, fence.line, what, use: "the text of a region of Snippets/ and its marker"))
        }
      }
    }
    return found
  }

  private static func fault(_ fence: Fence, _ file: TextFile, _ regions: [String: [String]]) -> String? {
    let marker = fence.line > 0 ? Scanning.trimmed(file.lines[fence.line - 1]) : ""
    guard marker.hasPrefix("<!-- snippet: "), marker.hasSuffix(" -->") else { return "an example without a snippet" }
    let name = String(marker.dropFirst("<!-- snippet: ".count).dropLast(" -->".count))
    guard let region = regions[name] else { return "no snippet is called \(name)" }
    return region == fence.content ? nil : "the example differs from snippet \(name)"
  }

  private static func collect(_ file: TextFile, _ regions: inout [String: [String]], _ found: inout [Violation]) {
    var open: (name: String, line: Int, content: [String])?
    for (index, line) in file.lines.enumerated() {
      let trimmed = Scanning.trimmed(line)
      if trimmed == "// snippet.end", let region = open {
        if regions.updateValue(Self.dedented(region.content), forKey: region.name) != nil {
          found.append(Violation(file, region.line, "snippet \(region.name) is there twice", use: "another name"))
        }
        open = nil
      } else if trimmed.hasPrefix("// snippet."), trimmed != "// snippet.end" {
        open = (String(trimmed.dropFirst("// snippet.".count)), index, [])
      } else {
        open?.content.append(line)
      }
    }
    if let open { found.append(Violation(file, open.line, "snippet \(open.name) does not end", use: "// snippet.end")) }
  }

  private static func dedented(_ lines: [String]) -> [String] {
    let margin = lines.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
    return lines.map { String($0.dropFirst(margin)) }
  }
}
