/// A named person or machine that may use the operations server.
public struct OperatorConfiguration: Sendable, Equatable {
  /// What an operator may do.
  public enum Role: String, Sendable, CaseIterable {
    /// Read.
    case viewer
    /// Read and act.
    case `operator`
    /// Everything.
    case admin
  }

  /// The name that the audit shows.
  public var name: String
  /// The credential.
  public var token: Secret
  /// What the operator may do.
  public var role: Role

  /// An operator.
  public init(name: String, token: Secret, role: Role) {
    self.name = name
    self.token = token
    self.role = role
  }
}

extension OperatorConfiguration: ConfigurationSection {
  init() { self.init(name: "", token: Secret(""), role: .viewer) }

  static let settings: [Setting<OperatorConfiguration>] = [
    .value("name", \.name, .name, "The name that the audit shows.", required: true),
    .value("token", \.token, .token, "The credential; give it through a variable.", required: true),
    .value("role", \.role, .choice(), "What the operator may do."),
  ]
}
