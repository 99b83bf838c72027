public import Resilience

/// Why a caller's identity was not confirmed.
public struct IdentityError: CategorizedError, Sendable, Hashable, CustomStringConvertible {
  /// The kinds that callers tell apart.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// The token is none, or was changed, or is signed by somebody else.
    case invalidToken
    /// Its time is over, or has not begun.
    case expired
    /// It was issued by another provider or for another service.
    case notForUs
    /// It is good, but does not have the role.
    case roleMissing
    /// The provider's keys cannot be had.
    case providerAway
  }

  /// What kind it is.
  public let kind: Kind
  /// What was found and what to do next; never part of the token.
  public let detail: String
  /// When it makes sense to ask again; nil if nobody knows.
  public let retryAfter: Duration?

  init(kind: Kind, detail: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.detail = detail
    self.retryAfter = retryAfter
  }

  /// What policies make of it: only a provider that is away is evidence against it.
  public var category: FailureCategory {
    switch self.kind {
    case .invalidToken, .expired, .notForUs: .authentication
    case .roleMissing: .authorization
    case .providerAway: .unavailable
    }
  }

  /// Kind and detail.
  public var description: String { "\(self.kind.rawValue): \(self.detail)" }
}
