/// A dependency graph that makes no sense: everything that is wrong with it.
public struct InvalidDependencyGraph: Error, Equatable, CustomStringConvertible {
  /// One thing that is wrong.
  public enum Problem: Sendable, Equatable, CustomStringConvertible {
    /// Two nodes have the same name.
    case duplicate(String)
    /// A node depends on a name that no node has.
    case unknown(String, neededBy: String)
    /// Nodes that depend on themselves by way of each other; the first name is repeated at the end.
    case cycle([String])

    /// What is wrong and what to do.
    public var description: String {
      switch self {
      case .duplicate(let name): "two dependencies are called '\(name)': give one of them another name"
      case .unknown(let name, let node):
        "'\(node)' depends on '\(name)', which is not there: add '\(name)', or take it out of '\(node)'"
      case .cycle(let names):
        "\(names.map { "'\($0)'" }.joined(separator: " → ")) is a cycle, so no cause could be told from its "
          + "consequences: take out the edge that the others can do without"
      }
    }
  }

  /// Everything that is wrong, in the order of the nodes; a cycle last.
  public let problems: [Problem]

  /// Every problem in one sentence.
  public var description: String {
    "dependency graph: " + self.problems.map(\.description).joined(separator: "; ")
  }
}
