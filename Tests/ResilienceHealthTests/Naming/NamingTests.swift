import Foundation
import Resilience
import ResilienceHealth
import ResilienceInterfaces
import ResilienceSimulation
import ResilienceTesting
import Testing

/// More worlds: `NAMING_SEEDS=1000 swift test --filter NamingTests`.
@Suite("Naming of causes from the first failure to full recovery")
struct NamingTests {
  private static let second: Int64 = 1_000_000_000
  private static var seeds: Int {
    ProcessInfo.processInfo.environment["NAMING_SEEDS"].flatMap(Int.init) ?? 6
  }

  private static func instant(_ seconds: Int64, _ simulation: Simulation) -> Int64 {
    seconds * Self.second + Int64(simulation.random() % 1_000_000_000)
  }

  /// What the looks at one world say: who was named although somebody else had failed, when the right one was.
  private struct Story: Sendable {
    var wrong: [String] = []
    var named: Duration = .seconds(1_000)
    /// Looks between naming and the end of the fault at which the chain was not as it should be.
    var unsettled = 0
    var isWellAtTheEnd = false
  }

  private static func story(of simulation: Simulation) throws -> Story {
    let begin = Self.instant(8, simulation)
    let end = begin + 14 * Self.second
    let looks = try NamingWorld(simulation, .init(store: begin..<end)).looks(until: .seconds(60))
    var story = Story()
    for look in looks {
      let others = look.causes.subtracting(["store"])
      if !others.isEmpty {
        let states = look.components.map { "\($0.key) \($0.value.state.rawValue)" }.sorted()
        story.wrong.append(
          "seed \(simulation.seed), \(Double(look.at - begin) / 1e9) s: \(others.sorted()) of \(states)")
      }
      let isChain = look.causes == ["store"] && look.components["service"]?.causes == ["store"]
      if isChain { story.named = min(story.named, .nanoseconds(look.at - begin)) }
      if look.at > begin + 5 * Self.second, look.at < end, !isChain { story.unsettled += 1 }
    }
    story.isWellAtTheEnd = looks.last?.causes == [] && looks.last?.components["shop"]?.state == .healthy
    return story
  }

  @Test("R9.3 nobody but the store that has failed is ever named, from its failure until all is well")
  func store() throws {
    var stories: [Story] = []
    try withEvery(seeds: Self.seeds) { stories.append(try Self.story(of: $0)) }
    let wrong = stories.flatMap(\.wrong)
    let latest = stories.map(\.named).max() ?? .zero
    let unsettled = stories.map(\.unsettled).reduce(0, +)
    let unwell = stories.count { !$0.isWellAtTheEnd }
    print("naming: \(stories.count) worlds, \(wrong.count) wrong looks, named after at most \(latest)")
    #expect(wrong.count == 0, "\(wrong.prefix(12).joined(separator: " | "))")
    #expect(latest < .seconds(5), "named after \(latest)")
    #expect(unsettled == 0)
    #expect(unwell == 0)
  }

  /// When each name was first among the causes, in seconds since the beginning, in every world.
  private static func firstNaming(
    seeds: Int, until end: Duration, _ faults: (Simulation) -> NamingWorld.Faults
  ) throws -> [[String: Double]] {
    var all: [[String: Double]] = []
    try withEvery(seeds: seeds) { simulation in
      var first: [String: Double] = [:]
      for look in try NamingWorld(simulation, faults(simulation)).looks(until: end) {
        for name in look.causes where first[name] == nil { first[name] = Double(look.at) / 1e9 }
      }
      all.append(first)
    }
    return all
  }

  @Test("R9.3 a service that fails by itself is named within 5 s, and nobody else is")
  func service() throws {
    let all = try Self.firstNaming(seeds: max(3, Self.seeds / 3), until: .seconds(30)) { simulation in
      let begin = Self.instant(8, simulation)
      return .init(service: begin..<begin + 12 * Self.second)
    }
    for first in all {
      #expect(first.keys.sorted() == ["service"])
      #expect((first["service"] ?? 100) < 14, "\(first)")
    }
  }

  @Test("R9.3 a service that fails on although the store works again is named then, and not before")
  func remains() throws {
    let all = try Self.firstNaming(seeds: max(3, Self.seeds / 3), until: .seconds(60)) { _ in
      .init(store: 8 * Self.second..<20 * Self.second, service: 8 * Self.second..<55 * Self.second)
    }
    for first in all {
      #expect(first.keys.sorted() == ["service", "store"])
      #expect((20...42).contains(first["service"] ?? 100), "\(first)")
    }
  }

  @Test("R9.3 what fails long after something that it could do without has failed is named beside it")
  func later() throws {
    let all = try Self.firstNaming(seeds: max(3, Self.seeds / 3), until: .seconds(70)) { _ in
      .init(store: 8 * Self.second..<65 * Self.second, mail: 45 * Self.second..<65 * Self.second)
    }
    for first in all {
      #expect(first.keys.sorted() == ["mail", "store"])
      #expect((first["store"] ?? 100) < 14 && (45...60).contains(first["mail"] ?? 100), "\(first)")
    }
  }
}
