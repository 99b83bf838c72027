/// What the loader gives back: the configuration and what the start-up log should say about it.
public struct LoadedConfiguration: Sendable, Equatable {
  /// The validated configuration.
  public let configuration: ServiceConfiguration
  /// Notes for the log, such as one variable yielding to another.
  public let notes: [ConfigurationNote]
  /// Where everything stands, for findings that name a place.
  let source: ConfigurationSource

  /// Whether both say the same; where it stands does not count.
  public static func == (left: LoadedConfiguration, right: LoadedConfiguration) -> Bool {
    left.configuration == right.configuration && left.notes == right.notes
  }
}
