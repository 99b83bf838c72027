/// Somebody who may use the operations server; the name appears in the audit.
public struct OperationsOperator: Sendable, Hashable {
  /// What somebody may do; each role may do what those before it may.
  public enum Role: String, Sendable, CaseIterable, Comparable {
    /// Reads.
    case viewer
    /// Reads and writes.
    case `operator`
    /// Everything.
    case admin

    /// Whether a role may do less than another.
    public static func < (left: Role, right: Role) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .viewer: 0
      case .operator: 1
      case .admin: 2
      }
    }
  }

  /// The name that the audit shows.
  public let name: String
  /// The secret that proves who it is; never logged.
  public let token: String
  /// What it may do.
  public let role: Role

  /// Describes an operator.
  public init(name: String, token: String, role: Role) {
    self.name = name
    self.token = token
    self.role = role
  }
}

extension OperationsOperator: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The name and the role, never the token.
  public var description: String { "\(self.name) (\(self.role.rawValue))" }
  /// The name and the role, never the token.
  public var debugDescription: String { self.description }
  /// The name and the role, never the token.
  public var customMirror: Mirror { Mirror(self, children: ["name": self.name, "role": self.role.rawValue]) }
}
