/// One thing that is wrong with a configuration: where, what was found, what is allowed, what to do.
///
/// Never carries a secret: values of secret settings and expanded variables are left out.
public struct ConfigurationProblem: Error, Sendable, Hashable, Codable, CustomStringConvertible {
  /// How much a problem weighs.
  public enum Severity: String, Sendable, Codable {
    /// The configuration cannot be used.
    case error
    /// The configuration can be used, but probably does not do what was meant.
    case warning
  }

  /// What the problem is about.
  public let rule: ConfigurationRule
  /// Whether the configuration can be used in spite of it.
  public let severity: Severity
  /// The file's name as it was given to the loader, or `environment` where a variable is at fault.
  public let file: String
  /// Line in the file, from 1; absent for the environment.
  public let line: Int?
  /// Column in the line, from 1, counted in Unicode scalars; absent for the environment.
  public let column: Int?
  /// The environment variable at fault, if it was one.
  public let variable: String?
  /// The full key path, such as `dependencies.openai.timeout`; empty for the whole file.
  public let key: String
  /// What is wrong, in a few words.
  public let message: String
  /// What stands there (without secrets).
  public let found: String
  /// What may stand there.
  public let allowed: String
  /// What to do about it.
  public let remedy: String

  /// `FILE:LINE:COLUMN: KEY: message; found …; allowed …; remedy` on one line.
  public var description: String {
    var place = file
    if let line { place += ":\(line)" }
    if let column { place += ":\(column)" }
    if let variable { place += " \(variable)" }
    let subject = key.isEmpty ? "" : "\(key): "
    return "\(place): \(subject)\(message); found \(found); allowed \(allowed); \(remedy)"
  }
}

extension ConfigurationProblem {
  /// The order of reading: the file from top to bottom, then the environment by name.
  static func readingOrder(_ left: Self, _ right: Self) -> Bool {
    let leftPlace = (left.line ?? .max, left.column ?? .max, left.variable ?? "", left.key)
    let rightPlace = (right.line ?? .max, right.column ?? .max, right.variable ?? "", right.key)
    return leftPlace < rightPlace
  }
}
