internal import Resilience
internal import ResilienceInterfaces

/// Which failures follow from which others, as far as the written graph and the time of their beginning can tell.
///
/// In a real service a failure reaches who needs it within milliseconds, and checks cannot tell which of two came first.
/// Whoever needs something that has failed at the same time is therefore never called a cause: not while that one fails,
/// and not while it may still be about to recover from it.
struct Explanations {
  /// What a failure follows from: the deepest of what explains it.
  struct Explanation: Equatable {
    /// What does not work.
    var failing: Set<String> = []
    /// What works again; asked only where nothing of the former is left.
    var recovered: Set<String> = []
  }

  /// By the name of what fails.
  private(set) var byName: [String: Explanation] = [:]
  /// What works again and still explains something.
  private(set) var recovered: Set<String> = []

  init(_ graph: DependencyGraph, _ observed: [ObservedFailure], at now: Instant) {
    for index in graph.nodes.indices where observed[index].current != nil {
      let reasons = graph.reach(from: index, graph.dependencies).filter {
        observed[$0].explains(observed[index], at: now)
      }
      guard !reasons.isEmpty else { continue }
      let failing = reasons.filter { observed[$0].isUnderWay }
      let over = reasons.subtracting(failing)
      let explanation = Explanation(
        failing: Self.deepest(failing, graph), recovered: failing.isEmpty ? Self.deepest(over, graph) : [])
      self.byName[graph.nodes[index].name] = explanation
      self.recovered.formUnion(over.map { graph.nodes[$0].name })
    }
  }

  /// Those that need none of the others.
  private static func deepest(_ reasons: Set<Int>, _ graph: DependencyGraph) -> Set<String> {
    Set(
      reasons.filter { graph.reach(from: $0, graph.dependencies).isDisjoint(with: reasons) }.map { graph.nodes[$0].name })
  }
}
