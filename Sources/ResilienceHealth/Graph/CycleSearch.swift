/// Walks a graph depth first: an order with dependencies before dependents, or a cycle.
///
/// Without recursion, so that a chain of any length does not exhaust the stack.
struct CycleSearch {
  private enum Mark { case new, open, done }

  /// All positions, dependencies first; incomplete if there is a cycle.
  private(set) var order: [Int] = []
  /// A cycle, its first position repeated at its end; nil if there is none.
  private(set) var cycle: [Int]?

  init(_ dependencies: [[Int]]) {
    var marks = [Mark](repeating: .new, count: dependencies.count)
    for start in dependencies.indices where marks[start] == .new && self.cycle == nil {
      self.walk(from: start, dependencies, &marks)
    }
  }

  private mutating func walk(from start: Int, _ dependencies: [[Int]], _ marks: inout [Mark]) {
    var path = [(node: start, next: 0)]
    marks[start] = .open
    while let (node, next) = path.last {
      guard next < dependencies[node].count else {
        marks[node] = .done
        self.order.append(node)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      let dependency = dependencies[node][next]
      switch marks[dependency] {
      case .done: continue
      case .new:
        marks[dependency] = .open
        path.append((dependency, 0))
      case .open:
        let begin = path.firstIndex { $0.node == dependency } ?? 0
        self.cycle = path[begin...].map(\.node) + [dependency]
        return
      }
    }
  }
}
