import ResilienceConfiguration
import Testing

/// A small seeded generator, so that a failing mutation can be made again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("Mutated files")
struct FuzzTests {
  static func mutation(_ seed: UInt64) -> String {
    var random = SplitMix(state: seed)
    var bytes = Array((seed % 5 == 0 ? EquivalenceTests.variants["JSON"] ?? "" : ExampleTests.text).utf8)
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes.removeSubrange(place...)
      case 2: bytes[place] = Array("{}[]:,-&*!|>'\"%@`#?<\n\t \\$~".utf8).randomElement(using: &random) ?? 0
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &random)))
      case 4: bytes.insert(contentsOf: bytes.prefix(Int.random(in: 1...200, using: &random)), at: place)
      default:
        var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
        lines.swapAt(.random(in: 0..<lines.count, using: &random), .random(in: 0..<lines.count, using: &random))
        bytes = Array(lines.joined(separator: [10]))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("R12.6 10,000 mutated files end in a configuration or in problems, and never in a crash")
  func mutated() async {
    var valid = 0
    for seed in 0..<10_000 as Range<UInt64> {
      let text = Self.mutation(seed)
      do throws(InvalidConfigurationFile) {
        let loaded = try load(text, ExampleTests.environment)
        valid += 1
        // What can be used can also be judged, explained and compared.
        _ = ConfigurationCheck.findings(in: loaded)
        _ = PipelineExplanation.all(of: loaded.configuration).map(\.description)
        #expect(ReloadPlan(from: loaded.configuration, to: loaded.configuration, examples: []).pending.isEmpty)
      } catch {
        #expect(!error.problems.isEmpty, "seed \(seed)")
        let lines = text.unicodeScalars.count + 1
        #expect(error.problems.allSatisfy { (1...lines).contains($0.line ?? 1) }, "seed \(seed)")
      }
      // Tests of sockets and timers run beside this one.
      await Task.yield()
    }
    // Both ends must be reached, or the mutations test nothing.
    #expect((150..<8_500).contains(valid), "\(valid)")
  }

  @Test("mutated variables end in a configuration or in problems too")
  func mutatedVariables() async {
    let names = SettingDefinition.all.flatMap(\.environmentNames).map {
      $0.replacing("<NAME>", with: "OPENAI").replacing("<DEPENDENCY>", with: "OPENAI")
    }
    let values = [
      "", "-", "5s", "[", "{}", "[[]]", "true", "${X}", "a,b", "99999999999999999999", "\u{0}", "*a", "- 1",
    ]
    var random = SplitMix(state: 7)
    for _ in 0..<1_000 {
      var environment = ExampleTests.environment
      for _ in 0..<3 {
        let name = names.randomElement(using: &random) ?? ""
        environment[name] = values.randomElement(using: &random)
      }
      for problem in problems(ExampleTests.text, environment) {
        #expect(problem.variable != nil || problem.line != nil, "\(environment) \(problem)")
      }
      await Task.yield()
    }
  }
}
