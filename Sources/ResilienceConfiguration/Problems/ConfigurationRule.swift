/// What a configuration problem is about; the raw value is the stable rule id that tools may filter by.
public enum ConfigurationRule: String, Sendable, Codable, CaseIterable {
  /// The text is no YAML or JSON.
  case syntax = "syntax"
  /// The file is larger, deeper or expands further than a configuration file may.
  case tooLarge = "too-large"
  /// A key stands twice in one section.
  case duplicateKey = "duplicate-key"
  /// A key that no setting has.
  case unknownKey = "unknown-key"
  /// A key whose feature this version does not have.
  case notAvailable = "not-available"
  /// A required key is not there.
  case missingKey = "missing-key"
  /// A value of another type than the setting's.
  case wrongType = "wrong-type"
  /// A duration, size or rate in a unit that is not understood.
  case wrongUnit = "wrong-unit"
  /// A value of the right type outside the allowed range or set.
  case outOfRange = "out-of-range"
  /// A value of the right type that is not well formed (an address, a URL, a name).
  case invalidValue = "invalid-value"
  /// `${NAME}` names a variable that is not set, or is not well formed.
  case unsetVariable = "unset-variable"
  /// A name that the software keeps for itself.
  case reservedName = "reserved-name"
  /// Two entries have the same name where names must differ.
  case duplicateName = "duplicate-name"
  /// `dependsOn` names a dependency that is not there.
  case unknownDependency = "unknown-dependency"
  /// `dependsOn` leads back to where it started.
  case dependencyCycle = "dependency-cycle"
  /// Two listeners on the same port.
  case duplicateListen = "duplicate-listen"
  /// The operations server would be open to other machines without a credential.
  case exposedOperations = "exposed-operations"
  /// Two settings that contradict each other.
  case contradiction = "contradiction"
}
