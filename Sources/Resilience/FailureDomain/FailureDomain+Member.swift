public import Synchronization

extension FailureDomain {
  /// A member's gate: lets calls pass while the domain is not isolated.
  public final class Member: Gate {
    /// The member's name.
    public let name: String
    /// What it is, for traces.
    public var kind: PolicyKind? { .failureDomain }
    /// What it belongs to.
    public let domain: FailureDomain

    init(_ name: String, of domain: FailureDomain) {
      self.name = name
      self.domain = domain
    }

    /// Passes while the domain is not isolated.
    @inlinable
    public func tryAdmit(_ context: inout Context) -> Token? {
      self.domain.word[0].pointee.load(ordering: .relaxed) == 0 ? Token() : nil
    }

    /// Decides whether the isolation is still in force.
    ///
    /// - Throws: `Rejection` with the reason `isolated`, in the domain's name.
    public func admit(in context: Context) throws(Rejection) -> Token? {
      if let rejection = self.domain.refusal(of: context) { throw rejection }
      return Token()
    }

    /// As `admit`: nobody waits.
    ///
    /// - Throws: `Rejection` with the reason `isolated`.
    public func waitForAdmission(in context: Context) async throws(Rejection) -> Token {
      try self.admit(in: context) ?? Token()
    }

    /// How single calls end says nothing about a whole domain.
    @inlinable
    public func release(_ token: Token, _ verdict: Verdict, _ error: (any Error)?, in context: Context) {}
  }

  /// What a domain is doing at a moment.
  public struct Snapshot: Sendable, Equatable {
    /// The domain's name.
    public let name: String
    /// Everybody who belongs to it.
    public let members: [String]
    /// Those that are known to fail, sorted.
    public let failing: [String]
    /// Why its members refuse, if they do.
    public let isolation: Isolation?
  }
}
