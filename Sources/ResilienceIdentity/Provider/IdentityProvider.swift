public import Resilience

/// Confirms callers' roles by the signed tokens of an OpenID provider.
///
/// Signatures are verified here, with the provider's public keys (RS256), so the provider is asked only for keys: once
/// in `keyLifetime`, and when a token names a key that is not known, every ten seconds at most. While it is away,
/// tokens are good for as long as the keys are; after that ``verify(_:as:in:)`` throws `providerAway`, and whoever
/// needs no proof of identity should not be asked for one (`RoleAdmission` in `ResilienceSessions`).
/// Cost: an RSA verification, some 30 µs; no lock is held over it.
public final class IdentityProvider: Sendable {
  /// How often unknown keys make the provider be asked.
  private static let pause: Int64 = 10_000_000_000

  /// The settings.
  public let configuration: IdentityProviderConfiguration
  private let transport: KeyTransport
  private let timeout: Timeout
  private let cache: Lock<KeyCacheMachine<JSONWebKey>>

  /// Makes a provider; nothing is asked yet.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(_ configuration: IdentityProviderConfiguration) throws(InvalidConfiguration) {
    try self.init(configuration, over: .http)
  }

  init(_ configuration: IdentityProviderConfiguration, over transport: KeyTransport) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("identity provider", problems) }
    self.configuration = configuration
    self.transport = transport
    self.timeout = Timeout(configuration.timeout, name: "identity provider")
    self.cache = Lock(
      KeyCacheMachine(lifetime: Int64(configuration.keyLifetime / .nanoseconds(1)), pause: Self.pause))
  }

  /// Confirms that a token is good and has a role.
  ///
  /// - Parameters:
  ///   - token: As the provider has signed it.
  ///   - role: What the caller wants to be.
  ///   - context: What is known of the call.
  /// - Throws: `IdentityError`; `providerAway` where the keys are too old and the provider does not answer.
  /// - Returns: The caller's name with the provider (`sub`); empty where the token has none.
  @discardableResult
  public func verify(_ token: String, as role: String, in context: Context = Context()) async throws -> String {
    let token = try JSONWebToken(token)
    guard token.header.alg == "RS256" else {
      throw IdentityError(kind: .invalidToken, detail: "the token is not signed with RS256")
    }
    let key = try await self.key(token.header.kid ?? "", context)
    guard key.hasSigned(token) else {
      throw IdentityError(kind: .invalidToken, detail: "the provider has not signed this token")
    }
    try token.check(
      self.configuration, role: role, at: Double(context.runtime.unixMilliseconds()) / 1_000)
    return token.claims["sub"]?.text ?? ""
  }

  private func key(_ id: String, _ context: Context) async throws -> JSONWebKey {
    switch self.cache.withLock({ $0.answer(for: id, at: context.runtime.now()) }) {
    case .key(let key): return key
    case .unknown: throw Self.unknown
    case .fetch: break
    }
    let keys = try await self.fetch(context)
    self.cache.withLock { $0.fetched(keys, at: context.runtime.now()) }
    guard let key = keys[id] else { throw Self.unknown }
    return key
  }

  private func fetch(_ context: Context) async throws -> [String: JSONWebKey] {
    let answer: (status: Int, body: [UInt8])
    do {
      answer = try await self.timeout.execute(in: context) { _ in
        try await self.transport.get(self.configuration.address)
      }
    } catch {
      if error is CancellationError || (error as? Rejection)?.reason == .cancelled { throw CancellationError() }
      throw IdentityError(
        kind: .providerAway, detail: "the identity provider does not give its keys: try again later")
    }
    guard answer.status == 200, let keys = JSONWebKey.set(answer.body), !keys.isEmpty else {
      throw IdentityError(
        kind: .providerAway,
        detail: "the identity provider answered \(answer.status) instead of a set of RSA keys: check keysURL and issuer"
      )
    }
    return keys
  }

  private static var unknown: IdentityError {
    IdentityError(kind: .invalidToken, detail: "the token is signed with a key that the provider does not have")
  }
}
