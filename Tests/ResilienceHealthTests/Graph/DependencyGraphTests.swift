import ResilienceHealth
import ResilienceSimulation
import Testing

@Suite("Dependency graph")
struct DependencyGraphTests {
  @Test("R9.3 a cycle is refused and shown from beginning to end")
  func cycle() throws {
    do {
      _ = try DependencyGraph([
        .init("web", dependsOn: ["orders"]), .init("orders", dependsOn: ["stock"]),
        .init("stock", dependsOn: ["prices"]), .init("prices", dependsOn: ["orders"]),
      ])
      Issue.record("the cycle was accepted")
    } catch {
      #expect(error.problems == [.cycle(["orders", "stock", "prices", "orders"])])
      #expect(error.description.contains("'orders' → 'stock' → 'prices' → 'orders' is a cycle"))
    }
  }

  @Test("R9.3 something that depends on itself, on nobody known, or is there twice, is refused all at once")
  func problems() throws {
    do {
      _ = try DependencyGraph([.init("a", dependsOn: ["a", "ghost"]), .init("b"), .init("b")])
      Issue.record("the graph was accepted")
    } catch {
      #expect(error.problems == [.duplicate("b"), .unknown("ghost", neededBy: "a"), .cycle(["a", "a"])])
    }
  }

  @Test("R9.3 random graphs: refused exactly if they have a cycle, and the cycle shown is one")
  func random() throws {
    var refused = 0
    for seed in UInt64(0)..<500 {
      var chance = SeededGenerator(seed: seed)
      let count = Int.random(in: 1...9, using: &chance)
      let nodes = (0..<count).map { node in
        DependencyGraph.Node(
          "\(node)", dependsOn: (0..<count).filter { _ in chance.next() % 6 == 0 }.map { "\($0)" })
      }
      do {
        let graph = try DependencyGraph(nodes)
        #expect(!Self.hasCycle(nodes), "seed \(seed)")
        for node in graph.nodes { #expect(!graph.dependents(of: node.name).contains(node.name)) }
      } catch {
        refused += 1
        #expect(Self.hasCycle(nodes), "seed \(seed)")
        guard case .cycle(let names)? = error.problems.first else { continue }
        #expect(names.first == names.last)
        for (from, to) in zip(names, names.dropFirst()) {
          #expect(nodes.first { $0.name == from }?.dependsOn.contains(to) == true)
        }
      }
    }
    #expect((100...450).contains(refused))
  }

  /// By taking away what depends on nothing, until nothing can be taken away.
  private static func hasCycle(_ nodes: [DependencyGraph.Node]) -> Bool {
    var left = Dictionary(uniqueKeysWithValues: nodes.map { ($0.name, Set($0.dependsOn)) })
    while let free = left.first(where: { $0.value.isEmpty })?.key {
      left[free] = nil
      for name in left.keys { left[name]?.remove(free) }
    }
    return !left.isEmpty
  }

  @Test("A chain of 20,000 does not exhaust the stack")
  func longChain() throws {
    let nodes = (0..<20_000).map { DependencyGraph.Node("\($0)", dependsOn: $0 == 0 ? [] : ["\($0 - 1)"]) }
    let graph = try DependencyGraph(nodes.reversed())
    #expect(graph.dependents(of: "19998") == ["19999"])
    #expect(graph.dependencies(of: "2") == ["1", "0"])
  }
}
