/// A fenced block of a Markdown file.
struct Fence {
  let language: String
  /// Where the fence begins, counted from 0.
  let line: Int
  let content: [String]

  static func all(in file: TextFile) -> [Fence] {
    var result: [Fence] = []
    var open: (language: String, line: Int, content: [String])?
    for (index, line) in file.lines.enumerated() {
      let trimmed = Scanning.trimmed(line)
      guard trimmed.hasPrefix("```") else {
        open?.content.append(line)
        continue
      }
      if let fence = open {
        result.append(Fence(language: fence.language, line: fence.line, content: fence.content))
        open = nil
      } else {
        open = (String(trimmed.dropFirst(3)), index, [])
      }
    }
    if let open { result.append(Fence(language: open.language, line: open.line, content: open.content)) }
    return result
  }
}
