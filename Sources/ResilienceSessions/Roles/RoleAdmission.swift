public import Resilience

/// Lets callers in by their role, also while the identity provider is away.
///
/// Who needs a proof of identity (speakers) is asked of the provider, and refused with a clear error while it is away;
/// who needs none (listeners) is let in without asking, so that an outage of the provider takes nothing from them.
/// Cost: for anonymous roles a look into a set; for privileged ones the provider's answer under the given policies.
public struct RoleAdmission<Guard: Policy>: Sendable {
  /// The roles that need a proof of identity.
  public let privileged: Set<String>
  private let policy: Guard

  /// Makes an admission.
  ///
  /// - Parameters:
  ///   - privileged: The roles that need a proof; every other role is anonymous.
  ///   - policy: What the provider is asked under: a breaker, retries, a time-out. The breaker of an `IdentityProvider`
  ///     is given to that instead, which asks only for keys: here it would also refuse those whose keys are known.
  public init(privileged: Set<String>, under policy: Guard) {
    self.privileged = privileged
    self.policy = policy
  }

  /// Lets a caller in, or does not.
  ///
  /// - Parameters:
  ///   - role: What the caller wants to be; case and surrounding blanks do not make it another role.
  ///   - context: What is known of the call.
  ///   - verify: Asks the identity provider whether the caller is who he says; throws if not.
  /// - Throws: `SessionError` of kind `serviceUnavailable` for a privileged role while the provider is away;
  ///   `refused` when the provider says no; `CancellationError`.
  /// - Returns: Whether the caller's identity was proven.
  @discardableResult
  public func admit(
    role: String, in context: Context = Context(), verify: (Context) async throws -> Void
  ) async throws -> Bool {
    guard self.isPrivileged(role) else { return false }
    do {
      try await self.policy.execute(in: context, verify)
      return true
    } catch let error as any CategorizedError {
      switch error.category {
      case .authentication, .authorization, .validation, .notFound, .conflict:
        throw SessionError(.refused, nil, .validate, "the identity provider does not confirm the role '\(role)'")
      case .cancelled:
        throw CancellationError()
      case .connection, .timeout, .rateLimited, .unavailable, .server, .unknown:
        throw self.away(role, retryAfter: error.retryAfter)
      }
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw self.away(role, retryAfter: nil)
    }
  }

  /// Whether a role needs a proof, however it is spelled: `Speaker ` is no way around `speaker`.
  private func isPrivileged(_ role: String) -> Bool {
    let name = Self.folded(role)
    return self.privileged.contains { Self.folded($0) == name }
  }

  private static func folded(_ role: String) -> String {
    var name = role[...]
    while let first = name.first, first.isWhitespace { name.removeFirst() }
    while let last = name.last, last.isWhitespace { name.removeLast() }
    return name.lowercased()
  }

  private func away(_ role: String, retryAfter: Duration?) -> SessionError {
    SessionError(
      .serviceUnavailable, nil, .validate,
      "the identity provider is away, and the role '\(role)' needs its word: try again later, or come without the role",
      retryAfter: retryAfter)
  }
}
