/// A value of the configuration as written, with its place and its full key path.
///
/// File and environment become trees of these, so that one reader and one set of checks serve both.
struct SourceNode: Sendable {
  /// One key of a mapping with its own place.
  struct Entry: Sendable {
    var key: String
    var origin: SourceOrigin
    var value: SourceNode
  }

  enum Content: Sendable {
    /// A plain scalar is one without quotes: only such a one can be `null`.
    case scalar(String, isPlain: Bool)
    case mapping([Entry])
    case sequence([SourceNode])
  }

  var content: Content
  var origin: SourceOrigin
  var path: String

  /// An empty value, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// The entries of a mapping; none for anything else.
  var entries: [Entry] {
    get { if case .mapping(let entries) = content { entries } else { [] } }
    set { content = .mapping(newValue) }
  }

  var isMapping: Bool {
    if case .mapping = content { true } else { false }
  }

  var scalarText: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// What kind of value it is, in words that do not repeat it.
  var kindDescription: String {
    switch content {
    case .mapping: "a section of keys"
    case .sequence: "a list"
    case .scalar: isNull ? "nothing" : "a single value"
    }
  }

  /// The value below a key.
  subscript(key: String) -> SourceNode? {
    get { entries.first { $0.key == key }?.value }
    set {
      let index = entries.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(key: key, origin: value.origin, value: value))
      case (nil, nil): break
      }
    }
  }

  /// How many values it consists of, itself included.
  var nodeCount: Int {
    switch content {
    case .scalar: 1
    case .mapping(let entries): entries.reduce(1) { $0 + $1.value.nodeCount }
    case .sequence(let values): values.reduce(1) { $0 + $1.nodeCount }
    }
  }

  /// The value below a path of keys.
  func descendant(_ keys: [String]) -> SourceNode? {
    keys.reduce(Optional(self)) { node, key in node?[key] }
  }

  /// Puts a value at a path of keys, making the sections on the way.
  mutating func insert(_ value: SourceNode, at keys: ArraySlice<String>) {
    guard let key = keys.first else {
      self = value
      return
    }
    let below = SourceNode(content: .mapping([]), origin: value.origin, path: SourcePath.join(path, key))
    var child = self[key] ?? below
    if !child.isMapping, keys.count > 1 { child = below }
    child.insert(value, at: keys.dropFirst())
    self[key] = child
  }

  /// An empty section.
  static func emptySection(origin: SourceOrigin, path: String = "") -> SourceNode {
    SourceNode(content: .mapping([]), origin: origin, path: path)
  }
}
