internal import NIOHTTP1
internal import ResilienceConfiguration

/// Whose call it is, and how important: by the tier that a trusted caller names, or by the configured default.
struct CallClaims: Sendable, Equatable {
  /// The header by which a caller names a tier.
  static let headerName = "X-Resilience-Tier"

  /// The tier; nil where there are none, or none fits.
  let tier: String?
  /// Higher is more important, 0 is normal.
  let priority: Int
  /// Whether the caller's own words may go on to the dependency.
  let isTrusted: Bool

  /// Reads a request's claims.
  ///
  /// - Parameters:
  ///   - headers: The request's fields.
  ///   - peer: The IP address of the other end.
  ///   - tiers: The classes of users, and who may say which one it is.
  init(_ headers: HTTPHeaders, from peer: String, _ tiers: TiersConfiguration) {
    self.isTrusted = !tiers.trust.isEmpty && PeerAddress(peer).isTrusted(by: tiers.trust)
    let claimed = self.isTrusted ? headers.first(name: Self.headerName) : nil
    let named = tiers.classes.first { $0.name == claimed }
    let found = named ?? tiers.classes.first { $0.name == tiers.standard }
    self.tier = found?.name
    self.priority = found?.priority ?? 0
  }
}
