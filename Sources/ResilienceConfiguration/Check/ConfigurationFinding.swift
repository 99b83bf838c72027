/// Something that a configuration allows and that its author probably did not mean: rule, place, numbers, remedy.
public struct ConfigurationFinding: Sendable, Equatable, Codable, CustomStringConvertible {
  /// How much a finding weighs.
  public enum Severity: String, Sendable, Codable, CaseIterable {
    /// A policy cannot do what it is there for.
    case error
    /// It will probably do harm, or nothing, on a bad day.
    case warning
    /// Worth knowing.
    case note
  }

  /// A figure that the finding rests on.
  public struct Figure: Sendable, Equatable, Codable {
    /// What it is: `worst case`.
    public let name: String
    /// The figure with its unit: `3.2s`.
    public let value: String

    init(_ name: String, _ value: some CustomStringConvertible) {
      self.name = name
      self.value = "\(value)"
    }

    init(_ name: String, _ value: Duration) { self.init(name, DurationText.shortened(value)) }
  }

  /// The rule's id, stable: `retry-amplification`.
  public let rule: String
  /// How much it weighs.
  public let severity: Severity
  /// The file's name as it was given to the loader, or `environment` where a variable has the value.
  public let file: String
  /// Line in the file, from 1; absent for the environment.
  public let line: Int?
  /// Column in the line, from 1; absent for the environment.
  public let column: Int?
  /// The key that it is about.
  public let key: String
  /// What was found, a full sentence.
  public let message: String
  /// The figures that it rests on.
  public let figures: [Figure]
  /// What to do about it.
  public let remedy: String
  /// Where the rule is explained.
  public let documentation: String
  /// Why it was allowed, where a comment in the file allows it; such a finding does not count.
  public internal(set) var allowedBecause: String?

  /// `FILE:LINE:COLUMN: SEVERITY[RULE]: KEY: message (figures); remedy; documentation` on one line.
  public var description: String {
    var place = self.file
    if let line { place += ":\(line)" }
    if let column { place += ":\(column)" }
    let numbers = self.figures.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
    let shown = numbers.isEmpty ? "" : " (\(numbers))"
    return
      "\(place): \(self.severity.rawValue)[\(self.rule)]: \(self.key): \(self.message)\(shown); \(self.remedy); "
      + "see \(self.documentation)"
  }
}
