import Resilience
import ResilienceDegradation
import ResilienceInterfaces
import Testing

@Suite struct DegradationManagerTests {
  private struct Failure: Error {}

  @Test("R4.6 a Swift service learns from a breaker what is degraded, since when, why, what serves, and resets it")
  func breaker() async throws {
    var configuration = ModeConfiguration()
    for mode in DegradationMode.allCases where mode != .normal {
      configuration[mode].enterAfter = .zero
      configuration[mode].leaveAfter = .zero
    }
    let manager = DegradationManager(configuration, at: 0)
    let breaker = CircuitBreaker("payments", .init(consecutiveFailures: 1, openDuration: .seconds(3_600)))
    manager.watch(breaker, as: "payments", criticality: .critical)
    #expect(manager.refresh(at: 1).isEmpty && manager.mode == .normal)
    try await breaker.acquire().complete(.failure, Failure())
    manager.noteFallback("yesterday", for: "payments")
    #expect(manager.refresh(at: 100).count == 2)
    let status = manager.status
    #expect(status.mode == "emergency" && status.since == 100 && status.unavailableDependencies == ["payments"])
    #expect(status.dependencies.first?.fallback == "yesterday" && status.dependencies.first?.since == 100)
    #expect(status.dependencies.first?.reason.contains("open") == true)
    let toggles = FeatureToggles([FeatureToggle("pay", dependencies: ["payments"])])
    toggles.update(manager.view)
    #expect(!toggles.isEnabled("pay"))
    breaker.reset()
    manager.noteFallback(nil, for: "payments")
    manager.reset(at: 200)
    #expect(manager.refresh(at: 200).contains { if case .recovered = $0 { true } else { false } })
    #expect(manager.mode == .normal)
    toggles.update(manager.view)
    #expect(toggles.isEnabled("pay") && !toggles.isEnabled("unknown"))
  }
}
