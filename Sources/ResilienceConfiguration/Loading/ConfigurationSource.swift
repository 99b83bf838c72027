/// The text of a configuration and the places of its values.
struct ConfigurationSource: Sendable {
  /// The file's name as problems give it.
  let file: String
  let text: String
  let tree: SourceNode

  init(file: String, text: String, tree: SourceNode) {
    self.file = file
    self.text = text
    self.tree = tree
  }

  /// Where a value stands; where it has no place of its own, because it is a default, its section's place.
  func origin(of key: String) -> SourceOrigin {
    var node = self.tree
    var origin = self.tree.origin
    for part in key.split(separator: ".") {
      let name = String(part.prefix { $0 != "[" })
      guard let entry = node.entries.first(where: { $0.key == name }) else { break }
      node = entry.value
      // A section is found where its key stands, not where its first own key does.
      origin = entry.value.isMapping ? entry.origin : entry.value.origin
    }
    return origin
  }
}
