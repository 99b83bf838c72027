import Configuration
import ResilienceConfiguration
import ResilienceSwiftConfiguration
import Testing

@Suite("Our settings as a provider for swift-configuration")
struct SettingsProviderTests {
  private static func provider(below prefix: ConfigKey? = nil) throws -> SettingsProvider {
    let text = """
      service: shop
      operations: { token: "${TOKEN}" }
      dependencies: { api: { url: http://a, timeout: 90s, retry: { methods: [GET, PUT] } } }
      """
    let loaded = try ConfigurationLoader.load(
      text: text, file: "ours.yaml", environment: ["TOKEN": "0123456789abcdef", "RETRY_MAX_ATTEMPTS": "7"])
    return prefix.map { SettingsProvider(loaded.configuration, below: $0) } ?? SettingsProvider(loaded.configuration)
  }

  @Test("R12.6 every setting in force can be read in its own type and as a text, defaults included")
  func types() throws {
    let reader = ConfigReader(provider: try Self.provider())
    #expect(reader.string(forKey: "service") == "shop")
    #expect(reader.string(forKey: "dependencies.api.timeout") == "90s")
    #expect(reader.int(forKey: "dependencies.api.retry.maxAttempts") == 7)
    #expect(reader.bool(forKey: "dependencies.api.circuitBreaker.enabled") == true)
    #expect(reader.double(forKey: "dependencies.api.retry.budget.ratio") == 0.2)
    #expect(reader.stringArray(forKey: "dependencies.api.retry.methods") == ["GET", "PUT"])
    #expect(reader.stringArray(forKey: "dependencies.api.dependsOn") == [])
    #expect(reader.string(forKey: "dependencies.other.timeout") == nil)
    #expect(throws: (any Error).self) { try reader.requiredInt(forKey: "dependencies.api.timeout") }
  }

  @Test("R12.6 a secret comes marked as one, and stands in no description")
  func secrets() throws {
    let provider = try Self.provider()
    let found = try provider.value(forKey: AbsoluteConfigKey(["operations", "token"]), type: .string).value
    #expect(found?.isSecret == true && found?.content == .string("0123456789abcdef"))
    #expect(!"\(String(describing: found))".contains("0123456789abcdef"))
    #expect(!"\(provider)".contains("0123456789abcdef") && provider.providerName == "ResilienceSettings")
  }

  @Test(
    "R12.6 what our loader has read comes back the same through a reader and its own stack", arguments: [nil, "deep"])
  func roundTrip(prefix: String?) throws {
    let key = prefix.map { ConfigKey($0) }
    let reader = ConfigReader(provider: try Self.provider(below: key))
    let scoped = key.map { reader.scoped(to: $0) } ?? reader
    let again = try ServiceConfiguration(reading: scoped, dependencies: ["api"])
    let api = try #require(again.dependency(named: "api"))
    #expect(again.service == "shop" && again.operations.token?.value == "0123456789abcdef")
    #expect(api.timeout == .seconds(90) && api.retry.maxAttempts == 7 && api.retry.methods == ["GET", "PUT"])
  }
}
