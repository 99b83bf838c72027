/// Settings of a policy that make no sense, all of them at once.
public struct InvalidConfiguration: Error, Equatable, CustomStringConvertible {
  /// One setting and what is wrong with it.
  public struct Problem: Sendable, Equatable {
    /// The setting's name, as in code and configuration files.
    public let setting: String
    /// What was found.
    public let found: String
    /// What is allowed.
    public let allowed: String

    /// Makes a problem.
    public init(_ setting: String, found: String, allowed: String) {
      self.setting = setting
      self.found = found
      self.allowed = allowed
    }
  }

  /// What the settings are for.
  public let subject: String
  /// Every problem, in the order of the settings.
  public let problems: [Problem]

  /// Makes the error.
  public init(_ subject: String, _ problems: [Problem]) {
    self.subject = subject
    self.problems = problems
  }

  /// Every problem in one sentence.
  public var description: String {
    let list = self.problems.map { "\($0.setting) is \($0.found), allowed is \($0.allowed)" }
    return "\(self.subject): " + list.joined(separator: "; ")
  }
}
