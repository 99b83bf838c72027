internal import Resilience
internal import ResilienceInterfaces

/// Which failures follow from which others, as far as the written graph and the time of their beginning can tell.
///
/// In a real service a failure reaches who needs it within milliseconds, and checks cannot tell which of two came
/// first. Whoever needs something that has failed at the same time is therefore never called a cause: not while that
/// one fails, and not while it may still be about to recover from it.
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
    // Also of what is over, because what failed because of that may still fail.
    var all: [Int: Explanation] = [:]
    for index in graph.order where observed[index].isKnown {
      var explanation = Explanation()
      for reason in Self.reasons(of: index, graph, observed, at: now) {
        let name = graph.nodes[reason].name
        if observed[reason].isUnderWay {
          // What follows from something else itself hands on what that is.
          explanation.failing.formUnion(all[reason]?.failing ?? [name])
        } else {
          self.recovered.insert(name)
          if all[reason] == nil { explanation.recovered.insert(name) }
        }
        explanation.recovered.formUnion(all[reason]?.recovered ?? [])
      }
      if explanation == Explanation() { continue }
      all[index] = explanation
      if observed[index].current != nil { self.byName[graph.nodes[index].name] = explanation }
    }
  }

  /// What it needs and follows from; through what nothing is known of, it is looked further.
  private static func reasons(
    of index: Int, _ graph: DependencyGraph, _ observed: [ObservedFailure], at now: Instant
  ) -> Set<Int> {
    var waiting = graph.dependencies[index]
    var seen: Set<Int> = []
    var found: Set<Int> = []
    while let next = waiting.popLast() {
      guard seen.insert(next).inserted else { continue }
      if observed[next].isUnknown {
        waiting += graph.dependencies[next]
      } else if observed[next].explains(observed[index], at: now) {
        found.insert(next)
      }
    }
    return found
  }
}
