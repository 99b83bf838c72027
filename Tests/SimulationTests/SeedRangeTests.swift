import Foundation
import Testing

/// A range of seeds through every world: a few here, `Scripts/seeds` says which in `RESILIENCE_SEEDS="FROM COUNT"`.
@Suite struct SeedRangeTests {
  private static let range: Range<UInt64> = {
    let words = ProcessInfo.processInfo.environment["RESILIENCE_SEEDS"]?.split(separator: " ").compactMap { UInt64($0) }
    guard let words, words.count == 2 else { return 5_000..<5_020 }
    return words[0]..<words[0] + words[1]
  }()

  @Test("R13.1 every world keeps every invariant, with every seed of the range", arguments: SeededWorld.all.map(\.name))
  func holds(name: String) throws {
    let world = try #require(SeededWorld.all.first { $0.name == name })
    for seed in Self.range {
      let violations: [String]
      do { violations = try world.violations(seed) } catch { violations = ["\(error)"] }
      if !violations.isEmpty {
        print("seed \(seed) | \(name) | \(violations.joined(separator: "; "))")
        Issue.record("seed \(seed): \(violations)")
      }
    }
  }
}
