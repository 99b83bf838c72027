public import ResilienceInterfaces

/// Who depends on whom: without cycles, and every name that is depended on is there.
///
/// A value, checked once when it is made. Cost of making it: proportional to nodes and edges.
public struct DependencyGraph: Sendable, Equatable {
  /// One thing that can be healthy or not.
  public struct Node: Sendable, Hashable {
    /// Its name, unique in the graph.
    public let name: String
    /// How much the service needs it.
    public let criticality: DependencyStatus.Criticality
    /// The names of what it needs itself.
    public let dependsOn: [String]

    /// Describes a node.
    ///
    /// - Parameters:
    ///   - name: Unique in the graph.
    ///   - criticality: How much the service needs it; important by default.
    ///   - dependsOn: The names of what it needs itself; a name that is written twice counts once.
    public init(
      _ name: String, criticality: DependencyStatus.Criticality = .important, dependsOn: [String] = []
    ) {
      self.name = name
      self.criticality = criticality
      self.dependsOn = dependsOn
    }
  }

  /// Every node, in the order given.
  public let nodes: [Node]
  /// Positions of what each node depends on.
  let dependencies: [[Int]]
  /// Positions of who depends on each node.
  let dependents: [[Int]]
  /// All positions, dependencies before dependents.
  let order: [Int]
  private let positions: [String: Int]

  /// Makes a graph.
  ///
  /// - Throws: `InvalidDependencyGraph` with everything that is wrong; a cycle is shown from beginning to end.
  public init(_ nodes: [Node]) throws(InvalidDependencyGraph) {
    var problems: [InvalidDependencyGraph.Problem] = []
    var positions: [String: Int] = [:]
    for (index, node) in nodes.enumerated() where positions.updateValue(index, forKey: node.name) != nil {
      problems.append(.duplicate(node.name))
    }
    var dependencies: [[Int]] = []
    for node in nodes {
      var known: [Int] = []
      for name in node.dependsOn {
        guard let position = positions[name] else {
          problems.append(.unknown(name, neededBy: node.name))
          continue
        }
        if !known.contains(position) { known.append(position) }
      }
      dependencies.append(known)
    }
    let walk = CycleSearch(dependencies)
    if let cycle = walk.cycle { problems.append(.cycle(cycle.map { nodes[$0].name })) }
    guard problems.isEmpty else { throw InvalidDependencyGraph(problems: problems) }
    self.nodes = nodes
    self.dependencies = dependencies
    self.order = walk.order
    self.positions = positions
    var dependents = [[Int]](repeating: [], count: nodes.count)
    for (index, needed) in dependencies.enumerated() {
      for dependency in needed { dependents[dependency].append(index) }
    }
    self.dependents = dependents
  }

  /// The node of a name; nil if there is none.
  public func node(named name: String) -> Node? { self.position(of: name).map { self.nodes[$0] } }

  func position(of name: String) -> Int? { self.positions[name] }

  /// Every name that needs this one, directly or by way of others; in the order of the nodes.
  public func dependents(of name: String) -> [String] { self.names(from: name, self.dependents) }

  /// Every name that this one needs, directly or by way of others; in the order of the nodes.
  public func dependencies(of name: String) -> [String] { self.names(from: name, self.dependencies) }

  private func names(from name: String, _ edges: [[Int]]) -> [String] {
    guard let start = self.positions[name] else { return [] }
    return self.reach(from: start, edges).sorted().map { self.nodes[$0].name }
  }

  /// Every position that edges lead to.
  func reach(from start: Int, _ edges: [[Int]]) -> Set<Int> {
    var seen = Set([start])
    var waiting = [start]
    while let next = waiting.popLast() {
      for neighbour in edges[next] where seen.insert(neighbour).inserted { waiting.append(neighbour) }
    }
    seen.remove(start)
    return seen
  }
}
