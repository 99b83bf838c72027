/// Where a setting's value in force comes from, from weak to strong.
public struct SettingOrigin: Sendable, Equatable, Codable, CustomStringConvertible {
  /// The layers of a configuration.
  public enum Layer: String, Sendable, Codable, CaseIterable {
    /// The definition's own default.
    case builtIn
    /// A preset that the section names.
    case preset
    /// The section `defaults` of the file, or of a variable.
    case defaults
    /// One of the source documents' variables, or OpenTelemetry's.
    case documentVariable
    /// The file.
    case file
    /// A `RESILIENCE_…` variable.
    case environment
    /// `--set` on the command line.
    case commandLine
    /// A provider of settings in another program.
    case provider
    /// An operator, while the program runs.
    case runTime
  }

  /// The layer.
  public let layer: Layer
  /// The place in words: `shop.yaml:12`, `RETRY_MAX_ATTEMPTS`, a preset's name.
  public let place: String

  /// Layer and place.
  public init(_ layer: Layer, _ place: String) {
    self.layer = layer
    self.place = place
  }

  /// The place, as people are told.
  public var description: String {
    switch self.layer {
    case .builtIn: "default"
    case .preset: "preset \(self.place)"
    case .defaults: "defaults, \(self.place)"
    case .runTime: "run-time override"
    case .documentVariable, .file, .environment, .commandLine, .provider: self.place
    }
  }
}
