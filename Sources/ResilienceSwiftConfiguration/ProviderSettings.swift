internal import Configuration
internal import ResilienceConfiguration

/// Asks providers for every setting that there is a definition of.
struct ProviderSettings {
  /// One provider, or a reader that stands for several.
  struct Source {
    let name: String
    let value: (_ key: [String], _ type: ConfigType, _ isSecret: Bool) throws -> ConfigContent?
  }

  /// What a source says of a key.
  private enum Answer {
    case nothing
    case text(String)
    /// It has something there that is none of the types of a setting.
    case unreadable
  }

  private let sources: [Source]
  private let prefix: [String]

  init(_ sources: [Source], prefix: [String]) {
    self.sources = sources
    self.prefix = prefix
  }

  /// Reads and validates everything at once.
  func load(
    _ names: [String]?, _ environment: [String: String]
  ) throws(InvalidConfigurationFile) -> LoadedConfiguration {
    var settings: [SettingOverride] = []
    var unreadable: [(key: String, provider: String)] = []
    func ask(_ key: [String], _ definition: SettingDefinition) {
      for source in self.sources {
        switch self.answer(source, self.prefix + key, definition) {
        case .nothing: continue
        case .text(let text):
          settings.append(
            SettingOverride(key: key.joined(separator: "."), text: text, source: .provider(source.name)))
        case .unreadable: unreadable.append((key.joined(separator: "."), source.name))
        }
        return
      }
    }
    let names = names ?? self.names()
    for definition in SettingDefinition.all where !definition.key.contains("[]") {
      let parts = definition.key.split(separator: ".").map(String.init)
      // A section as a whole is no value of a provider, but `retry: false` is.
      for name in parts.contains("*") ? names : [""] { ask(parts.map { $0 == "*" ? name : $0 }, definition) }
    }
    return try ConfigurationLoader.load(
      settings: settings, unreadable: unreadable, dependencies: names,
      from: self.sources.first?.name ?? "no provider", environment: environment)
  }

  private func names() -> [String] {
    let key = self.prefix + ["dependencyNames"]
    for source in self.sources {
      guard case .stringArray(let names)? = try? source.value(key, .stringArray, false) else { continue }
      return names
    }
    return []
  }

  /// A setting's text, whichever type it is kept in; providers convert some types into others and refuse the rest.
  private func answer(_ source: Source, _ key: [String], _ definition: SettingDefinition) -> Answer {
    let isFlag = definition.choices == ["true", "false"] || definition.shape == .section
    let numbers: [ConfigType] = isFlag ? [.bool, .int, .double] : [.int, .double, .bool]
    var isRefused = false
    for type in [.string, .stringArray] + numbers + [.intArray, .doubleArray, .boolArray, .bytes] {
      do {
        guard let content = try source.value(key, type, definition.isSecret) else { continue }
        if let text = Self.text(content) { return .text(text) }
        isRefused = true
      } catch {
        isRefused = true
      }
    }
    return isRefused ? .unreadable : .nothing
  }

  /// The content as it would be given by key; nil for bytes.
  private static func text(_ content: ConfigContent) -> String? {
    switch content {
    case .string(let text): text
    case .int(let number): "\(number)"
    case .double(let number): "\(number)"
    case .bool(let flag): "\(flag)"
    case .stringArray(let texts): texts.joined(separator: ",")
    case .intArray(let numbers): numbers.map(String.init).joined(separator: ",")
    case .doubleArray(let numbers): numbers.map { "\($0)" }.joined(separator: ",")
    case .boolArray(let flags): flags.map { "\($0)" }.joined(separator: ",")
    case .bytes, .byteChunkArray: nil
    }
  }
}

extension ProviderSettings.Source {
  /// One provider's values as they are now.
  init(_ snapshot: any ConfigSnapshot) {
    self.name = snapshot.providerName
    self.value = { key, type, _ in
      try snapshot.value(forKey: AbsoluteConfigKey(key), type: type).value?.content
    }
  }

  /// A reader's values as they are now; a value of another type than the one asked for is no value to it.
  init(_ reader: ConfigSnapshotReader) {
    self.name = "\(reader)"
    self.value = { key, type, isSecret in
      let key = ConfigKey(key)
      switch type {
      case .string: return reader.string(forKey: key, isSecret: isSecret).map(ConfigContent.string)
      case .int: return reader.int(forKey: key, isSecret: isSecret).map(ConfigContent.int)
      case .double: return reader.double(forKey: key, isSecret: isSecret).map(ConfigContent.double)
      case .bool: return reader.bool(forKey: key, isSecret: isSecret).map(ConfigContent.bool)
      case .bytes: return reader.bytes(forKey: key, isSecret: isSecret).map(ConfigContent.bytes)
      case .stringArray: return reader.stringArray(forKey: key, isSecret: isSecret).map(ConfigContent.stringArray)
      case .intArray: return reader.intArray(forKey: key, isSecret: isSecret).map(ConfigContent.intArray)
      case .doubleArray: return reader.doubleArray(forKey: key, isSecret: isSecret).map(ConfigContent.doubleArray)
      case .boolArray: return reader.boolArray(forKey: key, isSecret: isSecret).map(ConfigContent.boolArray)
      case .byteChunkArray: return nil
      }
    }
  }
}
