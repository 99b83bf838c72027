extension ConfigurationReader {
  /// Whether a list's element is a section with exactly one key, its kind; reports it where it is a section of others.
  ///
  /// What is no section has been reported while reading it.
  mutating func requireOneKind(_ node: SourceNode, _ what: String, _ word: String, of kinds: [String]) -> Bool {
    if node.isMapping, node.entries.count == 1 { return true }
    if node.isMapping || node.isNull {
      self.report(
        .invalidValue, at: node, "\(what) has exactly one kind", found: "\(node.entries.count) keys",
        allowed: "one of \(kinds.sorted().joined(separator: ", "))",
        remedy: "write one list element per \(word), each after its own `- `")
    }
    return false
  }
}
