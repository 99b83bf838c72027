/// The names of dependencies: shape, number, and what is kept for ourselves.
enum DependencyNames {
  static let maximum = 1_000
  private static let reserved = ["_resilience"]

  /// Whether the section can be read at all; faulty names are reported and do not stop the reading.
  static func check(_ node: SourceNode, with reader: inout ConfigurationReader) -> Bool {
    guard node.isMapping || node.isNull, (1...maximum).contains(node.entries.count) else {
      let found = node.isMapping ? "\(node.entries.count) dependencies" : node.kindDescription
      reader.report(
        node.isMapping || node.isNull ? .outOfRange : .wrongType, at: node, "the dependencies are missing or too many",
        found: found, allowed: "1 to \(maximum) sections, one per dependency",
        remedy: "write `dependencies:`, below it a name, below that `url: https://…`")
      return false
    }
    for entry in node.entries {
      if reserved.contains(entry.key) {
        reader.report(
          .reservedName, at: entry.origin, entry.value.path, "the name is reserved for the gateway's own paths",
          found: ShownText.quoted(entry.key), allowed: NameRule.allowed, remedy: "choose another name")
      } else if !NameRule.isName(entry.key) {
        reader.report(
          .invalidValue, at: entry.origin, entry.value.path, "the dependency's name is not well formed",
          found: ShownText.quoted(entry.key), allowed: NameRule.allowed,
          remedy: "use small letters, digits, - and _ only; it is part of URLs, metrics and variables")
      }
    }
    return true
  }
}
