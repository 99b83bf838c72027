/// What decides whether features are available: the mode, and which dependencies are away.
public struct DegradationView: Sendable, Equatable {
  /// The mode in force.
  public var mode: DegradationMode
  /// Names of toggles that the mode switches off.
  public var togglesOff: Set<String>
  /// Dependencies that do not work.
  public var unavailable: Set<String>
  /// Dependencies that were away and have not proved yet that they are back.
  public var recovering: Set<String>

  /// Describes a moment.
  public init(
    mode: DegradationMode = .normal, togglesOff: Set<String> = [], unavailable: Set<String> = [],
    recovering: Set<String> = []
  ) {
    self.mode = mode
    self.togglesOff = togglesOff
    self.unavailable = unavailable
    self.recovering = recovering
  }
}
