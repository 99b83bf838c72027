import ResilienceConfiguration
import ResilienceDegradation
import ResilienceInterfaces
import Testing

@Suite("The sections modes, toggles and notices")
struct DegradationTests {
  private static let rest = "\ndependencies: { api: { url: http://localhost } }\n"

  @Test("R4.5 without the section the defaults hold: partial and emergency by rules, without an effect")
  func defaults() throws {
    let modes = try load(Self.rest).configuration.modes
    #expect(modes.configuration == ModeConfiguration())
    #expect(modes.configuration[.partial].effects.isNone && modes.configuration[.emergency].effects.isNone)
    #expect(modes.configuration[.readOnly].effects.writes == .queue && modes.configuration[.readOnly].rules.isEmpty)
  }

  @Test("R4.5 rules, waits and effects are read; what is not said is as usual for the mode")
  func modes() throws {
    let text = """
      toggles: { features: [ { name: beta } ] }
      tiers: { classes: [ { name: gold } ] }
      modes:
        readOnly:
          when:
            - { dependencies: [api], condition: degraded }
            - { criticality: critical, count: 2 }
            - { scoreBelow: 40 }
          enterAfter: 5s
          leaveAfter: 1m
        emergency: { automatic: false, leftByHandOnly: true, writes: refuse, tiers: [gold], criticalities: [critical],
          togglesOff: [beta], fallbacks: [template, staleCache], notice: "We are working on it." }
      """
    let modes = try load(text + Self.rest).configuration.modes
    let readOnly = modes.configuration[.readOnly]
    #expect(readOnly.rules.count == 3 && readOnly.rules[0].condition == .degraded)
    #expect(readOnly.rules[1].count == 2 && readOnly.rules[1].criticality == .critical)
    #expect(readOnly.enterAfter == .seconds(5) && readOnly.leaveAfter == .seconds(60))
    #expect(readOnly.effects.writes == .queue && readOnly.effects.reads == .pass)
    let emergency = modes.configuration[.emergency]
    #expect(emergency.rules.isEmpty && emergency.isLeftByHandOnly && emergency.effects.writes == .refuse)
    #expect(emergency.effects.tiers == ["gold"] && emergency.effects.togglesOff == ["beta"])
    #expect(emergency.effects.fallbacks == ["template", "staleCache"] && modes.emergency.notice != nil)
  }

  @Test("R4.5 an emergency does not allow again what a configured read-only mode forbids, unless it says so")
  func further() throws {
    let rule = "readOnly: { when: [ { dependencies: [api] } ], writes: refuse }"
    let quiet = try load("modes: { \(rule) }" + Self.rest).configuration.modes.configuration
    #expect(quiet[.emergency].effects.writes == .refuse && quiet[.partial].effects.isNone)
    let said = try load("modes: { \(rule), emergency: { writes: pass } }" + Self.rest).configuration.modes.configuration
    #expect(said[.emergency].effects.writes == .pass)
  }

  @Test("R4.5 R4.8 the documents' variables hold below the file, RESILIENCE_ variables above it")
  func variables() throws {
    let off = ["DEGRADED_MODE_ENABLED": "false", "FEATURE_TOGGLES_ENABLED": "false"]
    let plain = try load(Self.rest, off)
    #expect(!plain.configuration.modes.isEnabled && !plain.configuration.toggles.isEnabled && plain.notes.isEmpty)
    let file = try load("modes: { enabled: true }\ntoggles: { enabled: true }" + Self.rest, off).configuration
    #expect(file.modes.isEnabled && file.toggles.isEnabled)
    let above = try load(
      "modes: { enabled: true }" + Self.rest, ["RESILIENCE_MODES_ENABLED": "false"]
    ).configuration
    #expect(!above.modes.isEnabled && above.toggles.isEnabled)
    #expect(problems(Self.rest, ["DEGRADED_MODE_ENABLED": "perhaps"]).count == 1)
  }

  @Test("R4.8 a toggle has share, tiers, dependencies, modes and texts; R4.7 a webhook's secret is never shown")
  func toggles() throws {
    let text = """
      tiers: { classes: [ { name: gold } ] }
      toggles:
        keyHeader: X-User
        features:
          - { name: recs, summary: Recommendations, percentage: 12.5, tiers: [gold], dependencies: [api],
              offIn: [readOnly] }
      notices: { public: true, webhooks: [ { url: "https://status.example.com/hook", secret: very-secret-text } ] }
      """
    let configuration = try load(text + Self.rest).configuration
    let toggle = try #require(configuration.toggles.features.first).toggle
    #expect(
      toggle
        == FeatureToggle(
          "recs", summary: "Recommendations", percentage: 12.5, tiers: ["gold"], dependencies: ["api"],
          offIn: [.readOnly]))
    #expect(configuration.notices.webhooks.first?.secret.value == "very-secret-text")
    #expect(!"\(configuration)".contains("very-secret-text"))
    #expect(!configuration.settingValues.contains { $0.text.contains("very-secret-text") })
  }

  @Test("R4.3 a dependency has review, a bulkhead for its fallbacks, privileged tiers, toggles and texts")
  func strategies() throws {
    let text = """
      toggles: { features: [ { name: beta } ] }
      tiers: { classes: [ { name: admin } ] }
      dependencies:
        api:
          url: http://localhost
          privilegedTiers: [admin]
          toggle: beta
          toggledPaths: [ { prefix: /v2/, toggle: beta } ]
          fallbackBulkhead: { maxConcurrent: 3 }
          notice: { feature: Orders, unavailable: "{feature} rest." }
          fallback: [ { review: { methods: [POST, PUT], approval: keep } } ]
      """
    let api = try #require(try load(text).configuration.dependencies.first)
    #expect(api.privilegedTiers == ["admin"] && api.toggle == "beta" && api.toggledPaths.first?.prefix == "/v2/")
    #expect(api.fallbackBulkhead.maxConcurrent == 3 && api.notice.texts(of: "api").feature == "Orders")
    guard case .review(let review) = api.fallback.first else {
      Issue.record("no review")
      return
    }
    #expect(review.methods == ["POST", "PUT"] && review.approval == .keep && review.status == 202)
  }
}
