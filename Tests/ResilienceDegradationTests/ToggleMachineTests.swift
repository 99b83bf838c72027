import ResilienceInterfaces
import Testing

@testable import ResilienceDegradation

@Suite struct ToggleMachineTests {
  private static func evaluate(
    _ toggle: FeatureToggle, key: String? = "k", tier: String? = nil, view: DegradationView = DegradationView()
  ) -> ToggleEvaluation? {
    var machine = ToggleMachine([toggle])
    _ = machine.update(view)
    return machine.evaluate(toggle.name, key: key, tier: tier, at: 0)
  }

  @Test("R4.8 a toggle is on or off for everybody, by tier, by share, and says why")
  func kinds() {
    func answer(_ toggle: FeatureToggle, key: String? = "k", tier: String? = nil) -> String {
      Self.evaluate(toggle, key: key, tier: tier).map { "\($0.variant) \($0.reason.rawValue)" } ?? "none"
    }
    #expect(answer(FeatureToggle("a")) == "on static")
    #expect(answer(FeatureToggle("a", isEnabled: false)) == "off disabled")
    #expect(answer(FeatureToggle("a", tiers: ["gold"]), tier: "gold") == "on targeting_match")
    #expect(answer(FeatureToggle("a", tiers: ["gold"]), tier: "free") == "off targeting_match")
    #expect(answer(FeatureToggle("a", tiers: ["gold"])) == "off default")
    #expect(answer(FeatureToggle("a", percentage: 0)) == "off static")
    #expect(answer(FeatureToggle("a", percentage: 50), key: nil) == "off default")
    #expect(answer(FeatureToggle("a", percentage: 99.999)) == "on split")
    var machine = ToggleMachine([])
    #expect(machine.evaluate("a", key: nil, tier: nil, at: 0) == nil, "an unknown name has no answer")
  }

  @Test("R4.8 a share is sticky: a key that has the feature keeps it while the share grows", arguments: ["a", "other"])
  func monotone(name: String) {
    var before: Set<Int> = []
    for percentage in stride(from: 0.0, through: 100, by: 2.5) {
      let toggle = FeatureToggle(name, percentage: percentage)
      let now = Set((0..<2_000).filter { Self.evaluate(toggle, key: "user-\($0)")?.isEnabled == true })
      #expect(before.isSubset(of: now))
      #expect(abs(Double(now.count) - percentage * 20) < 120, "\(percentage) %: \(now.count) of 2000")
      before = now
    }
    #expect(before.count == 2_000)
  }

  @Test("R4.8 a key's place is the documented one, in every process and version")
  func places() {
    // Computed apart from this code, in Python: FNV-1a 64 over name, NUL, key; fmix64; upper 53 bits.
    let known: [(toggle: String, key: String, place: Double)] = [
      ("recommendations", "alice", 7.658636410675879),
      ("recommendations", "bob", 80.07253646915629),
      ("beta", "alice", 75.55806980106814),
      ("beta", "Ünïcode", 81.04677844091755),
      ("x", "", 23.217338116945875),
    ]
    for each in known {
      #expect(abs(ToggleBucket.place(of: each.key, in: each.toggle) - each.place) < 1e-9, "\(each)")
    }
    let both = (0..<4_000).count { index in
      ToggleBucket.place(of: "u\(index)", in: "a") < 50 && ToggleBucket.place(of: "u\(index)", in: "b") < 50
    }
    #expect(abs(both - 1_000) < 120, "toggles are independent of each other: \(both) of 4000 have both")
  }

  @Test("R4.8 a toggle switches itself off with its dependency or the mode, and on again, once each")
  func bound() {
    var machine = ToggleMachine([
      FeatureToggle("recs", dependencies: ["recs"]), FeatureToggle("export", offIn: [.readOnly, .offline]),
      FeatureToggle("plain"),
    ])
    #expect(machine.update(DegradationView()).isEmpty)
    let away = DegradationView(mode: .partial, unavailable: ["recs"])
    #expect(
      machine.update(away) == [ToggleMachine.Change(toggle: "recs", isAvailable: false, cause: "recs is away")])
    #expect(machine.update(away).isEmpty)
    let answer = machine.evaluate("recs", key: nil, tier: nil, at: 0)
    #expect(answer?.isEnabled == false && answer?.isTemporary == true && answer?.reason == .disabled)
    let probing = DegradationView(mode: .partial, recovering: ["recs"])
    #expect(machine.update(probing).isEmpty, "not proved to be back: still off")
    #expect(machine.update(DegradationView()).map(\.isAvailable) == [true])
    let readOnly = DegradationView(mode: .readOnly, togglesOff: ["plain"])
    #expect(machine.update(readOnly).map(\.toggle) == ["export", "plain"])
    #expect(machine.update(DegradationView()).map(\.toggle) == ["export", "plain"])
  }

  @Test("R4.8 while a dependency may be back, one asker a second finds out, and none while it is known to be away")
  func trial() {
    var machine = ToggleMachine([FeatureToggle("recs", dependencies: ["recs"])])
    _ = machine.update(DegradationView(unavailable: ["recs"]))
    #expect((0..<50).allSatisfy { machine.evaluate("recs", key: nil, tier: nil, at: $0 * 100)?.isEnabled == false })
    _ = machine.update(DegradationView(recovering: ["recs"]))
    let admitted = (0..<50).filter { machine.evaluate("recs", key: nil, tier: nil, at: $0 * 100)?.isEnabled == true }
    #expect(admitted == [0, 10, 20, 30, 40])
  }

  @Test("R4.8 a decision counts before the configuration, survives a new one, and ends by itself")
  func decisions() {
    var machine = ToggleMachine([FeatureToggle("a", percentage: 10)])
    let decision = ToggleOverride(
      toggle: "a", isEnabled: false, reason: "fault", actor: "eva", since: 0, expires: 5_000)
    #expect(machine.decide(decision, of: "a")?.map(\.cause) == ["switched off"])
    #expect(machine.decide(decision, of: "b") == nil)
    #expect(machine.evaluate("a", key: "k", tier: nil, at: 0)?.isTemporary == false)
    #expect(machine.replace([FeatureToggle("a"), FeatureToggle("c")]).isEmpty)
    #expect(machine.status("a")?.override == decision && machine.status("a")?.percentage == 100)
    #expect(machine.expire(at: 4_999).isEmpty && machine.expire(at: 5_000) == [decision])
    #expect(machine.settle().map(\.isAvailable) == [true])
  }

  @Test("R4.8 switched off as a whole, every toggle says what its definition says")
  func inactive() {
    var machine = ToggleMachine(
      [FeatureToggle("a", percentage: 0), FeatureToggle("b", isEnabled: false)], isActive: false)
    _ = machine.update(DegradationView(mode: .offline))
    #expect(machine.evaluate("a", key: nil, tier: nil, at: 0)?.isEnabled == true)
    #expect(machine.evaluate("b", key: nil, tier: nil, at: 0)?.isEnabled == false)
  }
}
