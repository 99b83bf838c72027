/// Cycles of `dependsOn`.
enum DependencyCycles {
  /// Each cycle that a walk from the names in order closes, as `a, b, a`; without recursion, since chains may be long.
  static func find(names: [String], edges: [String: [String]]) -> [[String]] {
    var finished: Set<String> = []
    var cycles: [[String]] = []
    for start in names where !finished.contains(start) {
      var path = [start]
      var onPath: Set<String> = [start]
      var rests = [(edges[start] ?? [])[...]]
      while let current = path.last {
        guard let next = rests[rests.count - 1].popFirst() else {
          finished.insert(current)
          onPath.remove(current)
          path.removeLast()
          rests.removeLast()
          continue
        }
        if onPath.contains(next), let begin = path.firstIndex(of: next) {
          cycles.append(path[begin...] + [next])
        } else if !finished.contains(next) {
          path.append(next)
          onPath.insert(next)
          rests.append((edges[next] ?? [])[...])
        }
      }
    }
    return cycles
  }
}
