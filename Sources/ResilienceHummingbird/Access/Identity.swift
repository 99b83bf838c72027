/// Who sends a request.
struct Identity: Sendable, Equatable {
  /// The name that the audit shows.
  let name: String
  /// What it may do.
  let role: OperationsOperator.Role

  /// Everybody, on a server without credentials.
  static let anyone = Identity(name: "local", role: .admin)
}
