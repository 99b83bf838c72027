public import Resilience

/// What is known of an OpenID provider, such as a user pool of Cognito.
public struct IdentityProviderConfiguration: Sendable, Equatable {
  /// The provider's name in its tokens (`iss`), such as `https://cognito-idp.eu-west-1.amazonaws.com/POOL`.
  public var issuer: String
  /// Where its keys are; nil: `/.well-known/jwks.json` below the issuer.
  public var keysURL: String?
  /// For whom tokens have to be issued: `aud`, or `client_id` in Cognito's access tokens; empty takes any.
  public var audience: String
  /// The claim that lists a caller's roles, or is the one; default `cognito:groups`.
  public var roleClaim: String
  /// For how long keys that were fetched are used without asking again: 1 s…30 days, default 10 min.
  ///
  /// So long privileged callers are let in while the provider is away, and so long a withdrawn key counts.
  public var keyLifetime: Duration
  /// How far the provider's clock may differ: 0…10 min, default 30 s.
  public var leeway: Duration
  /// How long fetching the keys may take: 1 ms…1 min, default 3 s.
  public var timeout: Duration

  /// Makes settings; what is left out has its default.
  public init(
    issuer: String, keysURL: String? = nil, audience: String = "", roleClaim: String = "cognito:groups",
    keyLifetime: Duration = .seconds(600), leeway: Duration = .seconds(30), timeout: Duration = .seconds(3)
  ) {
    self.issuer = issuer
    self.keysURL = keysURL
    self.audience = audience
    self.roleClaim = roleClaim
    self.keyLifetime = keyLifetime
    self.leeway = leeway
    self.timeout = timeout
  }

  /// Where the keys are.
  var address: String {
    self.keysURL ?? (self.issuer.hasSuffix("/") ? self.issuer : "\(self.issuer)/") + ".well-known/jwks.json"
  }

  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    func check(_ holds: Bool, _ key: String, _ found: String, _ allowed: String) {
      if !holds { problems.append(.init(key, found: found, allowed: allowed)) }
    }
    check(!self.issuer.isEmpty, "issuer", "empty", "the provider's address, as its tokens have it")
    check(
      ["http://", "https://"].contains { self.address.hasPrefix($0) }, self.keysURL == nil ? "issuer" : "keysURL",
      "another scheme", "https://… (http:// for tests)")
    check(!self.roleClaim.isEmpty, "roleClaim", "empty", "a claim's name")
    check(
      (.seconds(1)...(.seconds(2_592_000))).contains(self.keyLifetime), "keyLifetime", "\(self.keyLifetime)",
      "1 s to 30 days")
    check((.zero...(.seconds(600))).contains(self.leeway), "leeway", "\(self.leeway)", "0 to 10 min")
    check((.milliseconds(1)...(.seconds(60))).contains(self.timeout), "timeout", "\(self.timeout)", "1 ms to 1 min")
    return problems
  }
}
