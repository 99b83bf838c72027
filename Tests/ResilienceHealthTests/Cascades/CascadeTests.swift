import Resilience
import ResilienceHealth
import Testing

/// Cascades in random graphs.
///
/// Other seeds and parameters: `CASCADE="seeds=5000..<6000 missing=0.2 false=0.1 nodes=12...40" swift test --filter
/// CascadeExperiment`; every parameter of `CascadeParameters` can be given, see `CascadeExperiment.swift`.
@Suite("Causes told from consequences")
struct CascadeTests {
  private static func trial(_ faults: Int) throws -> CascadeTrial {
    var parameters = CascadeParameters()
    parameters.faults = faults
    return try CascadeTrial(seeds: 0..<1_000, parameters)
  }

  @Test("R9.3 one fault: its cause is named in at least 95 % of 1,000 cascades, and more rightly than the deepest")
  func oneFault() throws {
    let trial = try Self.trial(1)
    #expect(trial.share(trial.analysis.all) >= 0.95, "\(trial)")
    #expect(trial.share(trial.analysis.exact) >= 0.87, "\(trial)")
    #expect(trial.share(trial.analysis.wrong) <= 0.15, "\(trial)")
    #expect(trial.analysis.exact > trial.deepest.exact && trial.analysis.exact > trial.deepestDamped.exact, "\(trial)")
    #expect(trial.analysis.all > trial.deepestDamped.all, "\(trial)")
  }

  @Test("R9.3 two faults: both causes are named in at least 85 % of 1,000 cascades, and more rightly than the deepest")
  func twoFaults() throws {
    let trial = try Self.trial(2)
    #expect(trial.share(trial.analysis.all) >= 0.85, "\(trial)")
    #expect(trial.share(trial.analysis.exact) >= 0.78, "\(trial)")
    #expect(trial.share(trial.analysis.wrong) <= 0.15, "\(trial)")
    #expect(trial.analysis.exact > trial.deepest.exact && trial.analysis.exact > trial.deepestDamped.exact, "\(trial)")
    #expect(trial.analysis.all > trial.deepest.all && trial.analysis.all > trial.deepestDamped.all, "\(trial)")
  }

  @Test("R9.3 no fault: no cause is named in at least 98 % of 1,000 worlds with 5 % false results")
  func noFault() throws {
    let trial = try Self.trial(0)
    #expect(trial.share(trial.analysis.exact) >= 0.98, "\(trial)")
    #expect(trial.analysis.exact > trial.deepestDamped.exact, "\(trial)")
  }

  @Test("Nothing seen is no diagnosis, and the same results give the same diagnosis")
  func empty() throws {
    let graph = try DependencyGraph([.init("a"), .init("b", dependsOn: ["a"])])
    let analysis = RootCauseAnalysis(graph)
    #expect(analysis.diagnosis(of: [:], at: 0) == analysis.diagnosis(of: ["a": []], at: 10))
    #expect(analysis.diagnosis(of: [:], at: 0).causes.isEmpty)
  }

  @Test("A chain that fails from below names the bottom, with everything above it as consequence")
  func chain() throws {
    let graph = try DependencyGraph([
      .init("web", dependsOn: ["orders"]), .init("orders", dependsOn: ["database"]), .init("database"), .init("mail"),
    ])
    func samples(failingFrom onset: Int) -> [CheckSample] {
      stride(from: 0, to: 180, by: 10).map { .init(at: Instant($0) * 1_000_000_000, isFailing: $0 >= onset) }
    }
    let diagnosis = RootCauseAnalysis(graph).diagnosis(
      of: [
        "database": samples(failingFrom: 100), "orders": samples(failingFrom: 110),
        "web": samples(failingFrom: 130), "mail": samples(failingFrom: 999),
      ], at: 180_000_000_000)
    #expect(diagnosis.causes.map(\.name) == ["database"])
    #expect(diagnosis.consequences == ["web", "orders"])
    #expect(diagnosis.causes.first?.consequences == ["web", "orders"])
    #expect((diagnosis.causes.first?.probability ?? 0) > 0.9)
    #expect(diagnosis.healthyProbability < 0.01)
  }
}
