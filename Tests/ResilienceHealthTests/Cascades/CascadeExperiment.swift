import Foundation
import ResilienceHealth
import Testing

/// Runs cascades with other seeds and parameters, given in the environment, and prints how often causes were named.
///
/// ```
/// CASCADE="seeds=5000..<6000 faults=2 missing=0.2 false=0.1" swift test --filter CascadeExperiment
/// ```
/// Parameters: `seeds`, `faults` (0, 1, 2 if not given), `nodes`, `dependencies`, `bottom`, `missing`, `soft`, `false`,
/// `interval`, `jitter`, `delay`, `lag`, `spread`, `observed`, `before`, `persistence`, `hidden` (1: a fault may be
/// hidden behind another). Ranges are written `4...20`.
@Suite("Cascades by request")
struct CascadeExperiment {
  struct UnknownParameter: Error, CustomStringConvertible {
    let text: String
    var description: String {
      "CASCADE: '\(self.text)' is not name=value with a known name; see CascadeExperiment.swift"
    }
  }

  @Test("R9.3 whoever asks by the environment sees how often causes are named, beside the rule of the deepest")
  func experiment() throws {
    let text = ProcessInfo.processInfo.environment["CASCADE"] ?? "seeds=0..<20"
    let (seeds, counts, parameters) = try Self.read(text)
    for faults in counts {
      var parameters = parameters
      parameters.faults = faults
      // As a monitor does that makes checks at this interval.
      let trial = try CascadeTrial(
        seeds: seeds, parameters, RootCauseAnalysis.Configuration(interval: .seconds(parameters.interval)),
        monitored: true)
      print("\(faults) faults, \(trial)")
      #expect(trial.worlds == seeds.count)
    }
  }

  @Test("A parameter that nobody knows is refused")
  func unknown() {
    #expect(throws: UnknownParameter.self) { try Self.read("seeds=0..<5 speed=3") }
  }

  private static func read(_ text: String) throws -> (Range<UInt64>, [Int], CascadeParameters) {
    var parameters = CascadeParameters()
    var seeds: Range<UInt64> = 0..<1_000
    var faults = [0, 1, 2]
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw UnknownParameter(text: String(word)) }
      let bounds = parts[1].replacing("..<", with: " ").replacing("...", with: " ").split(separator: " ")
        .compactMap { Double($0) }
      guard let low = bounds.first, let high = bounds.last, low <= high else {
        throw UnknownParameter(text: String(word))
      }
      switch parts[0] {
      case "seeds": seeds = UInt64(low)..<UInt64(high)
      case "faults": faults = [Int(low)]
      default: try Self.set(parts[0], low, high, &parameters)
      }
    }
    return (seeds, faults, parameters)
  }

  private static func set(_ name: String, _ low: Double, _ high: Double, _ parameters: inout CascadeParameters) throws {
    switch name {
    case "nodes": parameters.nodes = Int(low)...Int(high)
    case "dependencies": parameters.mostDependencies = Int(low)
    case "bottom": parameters.bottom = low
    case "missing": parameters.missingEdges = low
    case "soft": parameters.softEdges = low
    case "false": parameters.falseResults = low
    case "interval": parameters.interval = low
    case "jitter": parameters.jitter = low
    case "delay": parameters.resultDelay = low
    case "lag": parameters.lag = low...high
    case "spread": parameters.spread = low
    case "observed": parameters.observed = low
    case "before": parameters.before = low
    case "persistence": parameters.persistence = low
    case "hidden": parameters.allowsHiddenFaults = low > 0
    default: throw UnknownParameter(text: name)
    }
  }
}
