import Yams

/// Turns YAML or JSON text into a tree of ``SourceNode`` with positions; JSON is read as the YAML it is.
///
/// Bounded in every direction: text length, nesting, and how far aliases may expand. Merge keys (`<<`) are resolved.
struct YAMLSource {
  static let maximumBytes = 1 << 20
  static let maximumDepth = 50
  static let maximumNodes = 100_000

  private let origin: (SourcePosition?) -> SourceOrigin
  private let duplicates: DuplicateKeyMasking
  private var visited = 0
  private(set) var faults: [SourceFault] = []

  /// Parses a file; the tree is nil where there is no syntax tree to work with.
  static func parse(file text: String) -> (tree: SourceNode?, faults: [SourceFault]) {
    parse(text, path: "") { position in .file(line: position?.line ?? 1, column: position?.column ?? 1) }
  }

  /// Parses the value of an environment variable (`[GET, HEAD]`) that stands for the key path.
  static func parse(variable name: String, text: String, path: String) -> (tree: SourceNode?, faults: [SourceFault]) {
    parse(text, at: .variable(name), path: path)
  }

  /// Parses a value that stands at one place as a whole.
  static func parse(_ text: String, at place: SourceOrigin, path: String) -> (tree: SourceNode?, faults: [SourceFault])
  {
    parse(text, path: path) { _ in place }
  }

  private static func parse(
    _ text: String, path: String, origin: @escaping (SourcePosition?) -> SourceOrigin
  ) -> (tree: SourceNode?, faults: [SourceFault]) {
    if let fault = SourceBounds.fault(in: text, origin: origin(nil), path: path) { return (nil, [fault]) }
    let composed: (node: Node?, duplicates: DuplicateKeyMasking)
    do {
      composed = try DuplicateKeyMasking.compose(SourceBounds.readable(text))
    } catch {
      return (nil, [SyntaxFault.fault(error, in: text, path: path, origin: origin)])
    }
    var source = YAMLSource(origin: origin, duplicates: composed.duplicates)
    guard let node = composed.node else { return (.emptySection(origin: origin(nil), path: path), []) }
    let tree = source.convert(node, path: path, depth: 0)
    // Merging stops without a value of its own to stand for what was left out.
    if source.visited > maximumNodes { source.reportTooLarge(at: tree.origin, path: path, depth: 0) }
    return (tree, source.faults)
  }

  private init(origin: @escaping (SourcePosition?) -> SourceOrigin, duplicates: DuplicateKeyMasking) {
    self.origin = origin
    self.duplicates = duplicates
  }

  private mutating func convert(_ node: Node, path: String, depth: Int) -> SourceNode {
    let origin = origin(node.mark.map(SourcePosition.init))
    visited += 1
    guard visited <= Self.maximumNodes, depth <= Self.maximumDepth else {
      reportTooLarge(at: origin, path: path, depth: depth)
      return SourceNode(content: .scalar("", isPlain: true), origin: origin, path: path)
    }
    switch node {
    case .scalar(let scalar):
      let content = SourceNode.Content.scalar(scalar.string, isPlain: scalar.style == .plain)
      return SourceNode(content: content, origin: origin, path: path)
    case .sequence(let sequence):
      var values: [SourceNode] = []
      for (index, value) in sequence.enumerated() where visited <= Self.maximumNodes {
        values.append(convert(value, path: SourcePath.join(path, index: index), depth: depth + 1))
      }
      return SourceNode(content: .sequence(values), origin: origin, path: path)
    case .mapping(let mapping):
      let entries = entries(of: mapping, path: path, depth: depth)
      return SourceNode(content: .mapping(entries), origin: origin, path: path)
    case .alias:
      return SourceNode(content: .scalar("", isPlain: true), origin: origin, path: path)
    }
  }

  private mutating func entries(of mapping: Node.Mapping, path: String, depth: Int) -> [SourceNode.Entry] {
    var own: [SourceNode.Entry] = []
    var merged: [SourceNode.Entry] = []
    for pair in mapping where visited <= Self.maximumNodes {
      guard case .scalar(let key) = pair.key else {
        report(.wrongType, pair.key.mark, path, "a key must be text", found: "a section or list as key")
        continue
      }
      if key.string == "<<", key.style == .plain {
        merged += mergedEntries(pair.value, path: path, depth: depth)
      } else if let original = duplicates.originalKey(at: key.mark) {
        let second = mapping.reversed().first { $0.key.scalar?.string == original }?.key.mark ?? key.mark
        reportDuplicate(original, first: key.mark, second: second, path: path)
      } else {
        let name = key.string
        var value = convert(pair.value, path: SourcePath.join(path, name), depth: depth + 1)
        // The parser says that an indented section begins with its first key; people see it begin with its own.
        if case .mapping = pair.value, pair.value.anchor == nil {
          value.origin = origin(key.mark.map(SourcePosition.init))
        }
        own.append(SourceNode.Entry(key: name, origin: origin(key.mark.map(SourcePosition.init)), value: value))
      }
    }
    var present = Set(own.map(\.key))
    for entry in merged where present.insert(entry.key).inserted { own.append(entry) }
    return own
  }

  /// What `<<: *base` or `<<: [*one, *two]` brings in; earlier ones win.
  private mutating func mergedEntries(_ node: Node, path: String, depth: Int) -> [SourceNode.Entry] {
    visited += 1
    switch node {
    case .mapping(let mapping) where depth < Self.maximumDepth:
      return entries(of: mapping, path: path, depth: depth + 1)
    case .sequence(let sequence) where sequence.allSatisfy { $0.mapping != nil }:
      var all: [SourceNode.Entry] = []
      for value in sequence where visited <= Self.maximumNodes {
        all += mergedEntries(value, path: path, depth: depth + 1)
      }
      return all
    default:
      report(.wrongType, node.mark, path, "a merge key needs a section", found: "another kind of value")
      return []
    }
  }
}

extension YAMLSource {
  private mutating func report(
    _ rule: ConfigurationRule, _ mark: Mark?, _ path: String, _ message: String, found: String
  ) {
    faults.append(
      SourceFault(
        rule: rule, origin: origin(mark.map(SourcePosition.init)), path: path, message: message, found: found,
        allowed: "plain text keys, and `<<` with an alias of a section",
        remedy: "write the keys of the section out"))
  }

  private mutating func reportDuplicate(_ key: String, first: Mark?, second: Mark?, path: String) {
    let place = first.map { "line \($0.line), column \($0.column)" } ?? "another line"
    faults.append(
      SourceFault(
        rule: .duplicateKey, origin: origin(second.map(SourcePosition.init)), path: SourcePath.join(path, key),
        message: "the key stands twice in its section", found: "it again after \(place)",
        allowed: "each key once", remedy: "remove one of the two"))
  }

  private mutating func reportTooLarge(at origin: SourceOrigin, path: String, depth: Int) {
    guard !faults.contains(where: { $0.rule == .tooLarge }) else { return }
    let isDeep = depth > Self.maximumDepth
    let message = isDeep ? "sections nest too deep" : "the file holds too much, or its aliases expand too far"
    let allowed =
      isDeep ? "\(Self.maximumDepth) levels" : "\(Self.maximumNodes) values, aliases counted as often as used"
    faults.append(
      SourceFault(
        rule: .tooLarge, origin: origin, path: path, message: message,
        found: isDeep ? "more levels" : "more values", allowed: allowed,
        remedy: "flatten the section, or write it out without nested aliases"))
  }
}
