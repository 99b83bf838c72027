public import Resilience

/// Confirms callers' roles by the signed tokens of an OpenID provider.
///
/// Signatures are verified here, with the provider's public keys (RS256), so the provider is asked only for keys: once
/// in `keyLifetime`, and when a token names a key that is not known, every ten seconds at most. It is asked by one
/// caller at a time, and those who wait take what he gets. While it is away, tokens are good for as long as the keys
/// are; after that ``verify(_:as:in:)`` throws `providerAway`, and whoever needs no proof of identity should not be
/// asked for one (`RoleAdmission` in `ResilienceSessions`). A breaker belongs around the fetching of keys, so it is
/// given to the provider: around `verify` it would refuse tokens whose keys are known.
/// Cost: an RSA verification, some 30 µs; no lock is held over it.
public final class IdentityProvider: Sendable {
  /// How often unknown keys make the provider be asked.
  private static let pause: Int64 = 10_000_000_000
  /// How many callers wait for keys.
  private static let longestQueue = 10_000

  /// The settings.
  public let configuration: IdentityProviderConfiguration
  private let transport: KeyTransport
  private let timeout: Timeout
  private let breaker: CircuitBreaker?
  private let turns: Bulkhead
  private let cache: Lock<KeyCacheMachine<JSONWebKey>>

  /// Makes a provider; nothing is asked yet.
  ///
  /// - Parameters:
  ///   - configuration: The settings.
  ///   - breaker: What the keys are fetched under; nil: each fetch is sent.
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public convenience init(
    _ configuration: IdentityProviderConfiguration, under breaker: CircuitBreaker? = nil
  ) throws(InvalidConfiguration) {
    try self.init(configuration, under: breaker, over: .http)
  }

  init(
    _ configuration: IdentityProviderConfiguration, under breaker: CircuitBreaker? = nil, over transport: KeyTransport
  ) throws(InvalidConfiguration) {
    let problems = configuration.problems
    guard problems.isEmpty else { throw InvalidConfiguration("identity provider", problems) }
    self.configuration = configuration
    self.transport = transport
    self.timeout = Timeout(configuration.timeout, name: "identity provider")
    self.breaker = breaker
    // Whoever has waited for one who gave up fetches himself.
    self.turns = Bulkhead(
      "identity provider",
      .init(maxConcurrent: 1, maxQueue: Self.longestQueue, maxWait: configuration.timeout + configuration.timeout))
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
    let (answer, round) = self.cache.withLock { ($0.answer(for: id, at: context.runtime.now()), $0.rounds) }
    if let key = try Self.key(answer) { return key }
    do {
      return try await self.turns.execute(in: context) { context in
        try await self.fetchedKey(id, since: round, context)
      }
    } catch let rejection as Rejection {
      if rejection.reason == .cancelled { throw CancellationError() }
      throw Self.away(rejection.retryAfter)
    }
  }

  /// Fetches the keys, unless somebody else has done so since.
  private func fetchedKey(_ id: String, since round: Int, _ context: Context) async throws -> JSONWebKey {
    let answer = self.cache.withLock { $0.answer(for: id, since: round, at: context.runtime.now()) }
    if let key = try Self.key(answer) { return key }
    do {
      let keys = try await self.fetchUnderBreaker(context)
      self.cache.withLock { $0.fetched(keys, at: context.runtime.now()) }
      guard let key = keys[id] else { throw Self.unknown }
      return key
    } catch let error as IdentityError where error.kind == .providerAway {
      self.cache.withLock { $0.failed(at: context.runtime.now()) }
      throw error
    }
  }

  /// The key; nil: the provider has to be asked.
  private static func key(_ answer: KeyCacheMachine<JSONWebKey>.Answer) throws(IdentityError) -> JSONWebKey? {
    switch answer {
    case .key(let key): return key
    case .unknown: throw Self.unknown
    case .away(let wait): throw Self.away(.nanoseconds(wait))
    case .fetch: return nil
    }
  }

  private func fetchUnderBreaker(_ context: Context) async throws -> [String: JSONWebKey] {
    guard let breaker else { return try await self.fetch(context) }
    return try await breaker.execute(in: context) { try await self.fetch($0) }
  }

  private func fetch(_ context: Context) async throws -> [String: JSONWebKey] {
    let answer: (status: Int, body: [UInt8])
    do {
      answer = try await self.timeout.execute(in: context) { _ in
        try await self.transport.get(self.configuration.address)
      }
    } catch {
      if error is CancellationError || Task.isCancelled { throw CancellationError() }
      // The caller's own time is over, or he has gone: that says nothing about the provider.
      if let rejection = error as? Rejection, rejection.reason != .timeout { throw rejection }
      throw Self.away(nil)
    }
    guard answer.status == 200, let keys = JSONWebKey.set(answer.body), !keys.isEmpty else {
      throw IdentityError(
        kind: .providerAway,
        detail: "the identity provider answered \(answer.status) instead of a set of RSA keys: check keysURL and issuer"
      )
    }
    return keys
  }

  private static func away(_ retryAfter: Duration?) -> IdentityError {
    IdentityError(
      kind: .providerAway, detail: "the identity provider does not give its keys: try again later",
      retryAfter: retryAfter)
  }

  private static var unknown: IdentityError {
    IdentityError(kind: .invalidToken, detail: "the token is signed with a key that the provider does not have")
  }
}
