import Foundation
import ResilienceConfiguration
import Testing

@Suite("One definition per setting")
struct ReferenceTests {
  @Test("R12.6 every definition is complete, and no key stands twice")
  func complete() {
    let all = SettingDefinition.all
    #expect(Set(all.map(\.key)).count == all.count)
    for definition in all {
      #expect(definition.documentation.hasSuffix("."), "\(definition.key)")
      #expect(!definition.allowed.isEmpty && !definition.typeName.isEmpty && !definition.since.isEmpty)
    }
  }

  @Test("R12.6 every default in the reference reads as what it is", arguments: SettingDefinition.all)
  func defaultsParse(definition: SettingDefinition) throws {
    guard definition.key.hasPrefix("dependencies.*."), !definition.key.contains("[]"),
      let text = definition.defaultText, !text.hasPrefix("("),
      !["openDurationGrowth", "ramp", "candidate", "health.writes"].contains(where: definition.key.contains)
    else { return }
    let keys = definition.key.dropFirst("dependencies.*.".count).split(separator: ".")
    let value = text.hasPrefix("[") ? text : "'\(text)'"
    // A check needs something to look at.
    let companion = keys[0] == "health" ? "path: /, " : ""
    let end = String(repeating: " }", count: keys.count - 1)
    let line = keys.map { "\($0): " }.joined(separator: "{ \(companion)") + value + end
    var expected = PolicyConfiguration()
    // A section that is off is switched on by any key but its switch.
    let isOn = keys.last != "enabled"
    switch (keys[0], keys.count > 1 ? keys[1] : "") {
    case ("bulkhead", _): expected.bulkhead.isEnabled = isOn
    case ("health", _): expected.health.path = "/"
    case ("cache", _): expected.cache.isEnabled = isOn
    case ("rateLimit", _): expected.rateLimit.isEnabled = isOn
    case ("adaptiveLimit", _): expected.adaptiveLimit.isEnabled = isOn
    case ("throttle", _): expected.throttle.isEnabled = isOn
    case ("hedge", _): expected.hedge.isEnabled = isOn
    case ("retry", "budget"): expected.retry.budget.isEnabled = isOn
    default: break
    }
    #expect(try dependency(line).policies == expected, "\(line)")
  }

  @Test("R12.6 every variable of a setting is known to the loader")
  func variables() throws {
    let names = SettingDefinition.all.compactMap(\.environmentName)
    #expect(names.contains("RESILIENCE_DEPENDENCIES_<NAME>_CIRCUIT_BREAKER_OPEN_DURATION"))
    for name in names where name != "RESILIENCE_DEPENDENCIES_<NAME>" {
      let variable = name.replacing("<NAME>", with: "API")
      let text = "dependencies: { api: { url: http://localhost } }"
      // A value that nothing accepts is a problem with the variable; a note would say that the name is unknown.
      let found = problems(text, [variable: "\u{1}"])
      #expect(found.contains { $0.variable == variable }, "\(name)")
      #expect(try !notes(text, [variable: "\u{1}"]).contains { $0.text.contains("names no setting") }, "\(name)")
    }
  }

  private func notes(_ text: String, _ environment: [String: String]) throws -> [ConfigurationNote] {
    do throws(InvalidConfigurationFile) { return try load(text, environment).notes } catch { return [] }
  }

  @Test("R12.6 the reference page names every setting once, with variables and what is planned")
  func page() {
    let page = ConfigurationReference.markdown()
    for definition in SettingDefinition.all where !definition.key.hasPrefix("defaults.") {
      #expect(page.split(separator: "`\(definition.key)`").count >= 2, "\(definition.key)")
    }
    #expect(page.contains("`RETRY_BASE_DELAY_MS`"))
    #expect(page.contains("- `alerts`"))
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(rows.allSatisfy { $0.replacing("\\|", with: "").count { $0 == "|" } == 7 })
  }

  @Test("R12.6 the page in the documentation is the one that is made from the definitions")
  func documented() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "Documentation/Configuration.md")
    let written = try String(contentsOf: file, encoding: .utf8)
    #expect(
      written == ConfigurationReference.markdown(), "renew it: resilience reference > Documentation/Configuration.md")
  }
}
