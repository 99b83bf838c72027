public import Configuration
public import ResilienceConfiguration

/// The settings that this package's own loader has read, as a provider for swift-configuration.
///
/// For a service that reads its other settings through `ConfigReader` and wants to see those of the resilience layer
/// beside them: file, environment, documents' variables and defaults are already laid over one another here, so every
/// setting in force has a value. Secrets are marked as secrets. A value: it does not change.
/// ```swift
/// let loaded = try ConfigurationLoader.load(text: text, file: path, environment: environment)
/// let reader = ConfigReader(providers: [EnvironmentVariablesProvider(), SettingsProvider(loaded.configuration)])
/// let attempts = reader.int(forKey: "dependencies.openai.retry.maxAttempts")
/// ```
/// Every setting can be read as a text, as a file would have it (`5s`); whole numbers, numbers, booleans and lists also
/// in their own types.
public struct SettingsProvider: ConfigProvider, ConfigSnapshot, CustomStringConvertible {
  private let values: [String: (text: String, isSecret: Bool)]
  private let prefix: [String]

  /// Takes a configuration's settings.
  ///
  /// - Parameters:
  ///   - configuration: What was read.
  ///   - prefix: The key below which a reader finds the settings; empty: at the top.
  public init(_ configuration: ServiceConfiguration, below prefix: ConfigKey = ConfigKey([String]())) {
    self.prefix = prefix.components
    // A check that nothing is configured for has defaults only, which would read as a check of nothing.
    let unchecked = configuration.dependencies.filter { dependency in
      dependency.health.path == nil && dependency.health.url == nil && dependency.health.kind == nil
    }.map { "dependencies.\($0.name).health" }
    self.values = Dictionary(
      configuration.settingValues.filter { value in
        // A list of sections has no text that a reader could give back.
        SettingDefinition.of(key: value.key)?.shape != .sections
          && !unchecked.contains { value.key == $0 || value.key.hasPrefix($0 + ".") }
      }.map { value in
        (value.key, value.secretText.map { ($0, true) } ?? (value.text, false))
      }, uniquingKeysWith: { first, _ in first })
  }

  /// `ResilienceSettings`, in access logs.
  public var providerName: String { "ResilienceSettings" }
  /// The name and how many settings there are, never a value.
  public var description: String { "ResilienceSettings[\(self.values.count) values]" }

  /// The value of a setting.
  ///
  /// - Throws: An error with the key, where the setting has another type than the one asked for.
  public func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
    let name = key.components.joined(separator: ".")
    guard key.components.starts(with: self.prefix) else { return LookupResult(encodedKey: name, value: nil) }
    let own = key.components.dropFirst(self.prefix.count).joined(separator: ".")
    guard let found = self.values[own] else { return LookupResult(encodedKey: name, value: nil) }
    guard let content = Self.content(found.text, type) else { throw WrongType(key: name, type: type.rawValue) }
    return LookupResult(encodedKey: name, value: ConfigValue(content, isSecret: found.isSecret))
  }

  /// The same, at once: nothing has to be fetched.
  public func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
    try self.value(forKey: key, type: type)
  }

  /// The value as it is; it does not change.
  public func watchValue<Return: ~Copyable>(
    forKey key: AbsoluteConfigKey, type: ConfigType,
    updatesHandler: (_ updates: ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>) async throws ->
      Return
  ) async throws -> Return {
    try await self.watchValueFromValue(forKey: key, type: type, updatesHandler: updatesHandler)
  }

  /// Itself.
  public func snapshot() -> any ConfigSnapshot { self }

  /// Itself, once.
  public func watchSnapshot<Return: ~Copyable>(
    updatesHandler: (_ updates: ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>) async throws -> Return
  ) async throws -> Return {
    try await self.watchSnapshotFromSnapshot(updatesHandler: updatesHandler)
  }

  /// A setting was asked for in a type that it does not have.
  private struct WrongType: Error, CustomStringConvertible {
    let key: String
    let type: String
    var description: String { "'\(self.key)' is no \(self.type); read it as a string" }
  }

  private static func content(_ text: String, _ type: ConfigType) -> ConfigContent? {
    switch type {
    case .string: .string(text)
    case .int: Int(text).map(ConfigContent.int)
    case .double: Double(text).map(ConfigContent.double)
    case .bool: Bool(text).map(ConfigContent.bool)
    case .stringArray: self.elements(text).map(ConfigContent.stringArray)
    case .intArray: self.elements(text).flatMap { self.all($0, Int.init) }.map(ConfigContent.intArray)
    case .doubleArray: self.elements(text).flatMap { self.all($0, Double.init) }.map(ConfigContent.doubleArray)
    case .bytes, .boolArray, .byteChunkArray: nil
    }
  }

  /// `[a, b]`.
  private static func elements(_ text: String) -> [String]? {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
    let inner = text.dropFirst().dropLast()
    return inner.isEmpty ? [] : inner.split(separator: ",").map { String($0.drop { $0 == " " }) }
  }

  private static func all<Value>(_ texts: [String], _ convert: (String) -> Value?) -> [Value]? {
    let values = texts.compactMap(convert)
    return values.count == texts.count ? values : nil
  }
}
