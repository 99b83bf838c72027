import Foundation
import Resilience
import ResilienceSimulation
import Testing

@testable import ResilienceIdentity

@Suite("Identity provider")
struct IdentityProviderTests {
  private final class World: Sendable {
    let issuer: TestIssuer
    let simulation = Simulation(seed: 1)
    let body: Lock<String?>
    let asked = Lock(0)
    let delay = Lock(Duration.zero)

    init() throws {
      self.issuer = try #require(TestIssuer.shared)
      self.body = Lock(try self.issuer.keys)
    }

    func provider(under breaker: CircuitBreaker? = nil) throws -> IdentityProvider {
      var configuration = IdentityProviderConfiguration(issuer: "https://id.example/pool", audience: "app")
      configuration.keyLifetime = .seconds(60)
      return try IdentityProvider(
        configuration, under: breaker,
        over: KeyTransport { address in
          #expect(address == "https://id.example/pool/.well-known/jwks.json")
          self.asked.withLock { $0 += 1 }
          let delay = self.delay.withLock { $0 }
          if delay > .zero { try await self.simulation.runtime.sleep(for: delay) }
          guard let text = self.body.withLock({ $0 }) else { throw Away() }
          return (200, Array(text.utf8))
        })
    }

    /// Claims of now, with some of them different.
    func claims(_ changes: [String: String?] = [:]) -> String {
      let now = self.simulation.runtime.unixMilliseconds() / 1_000
      var claims: [String: String?] = [
        "iss": #""https://id.example/pool""#, "aud": #""app""#, "exp": "\(now + 3_600)", "sub": #""ada""#,
        "cognito:groups": #"["speaker","admin"]"#,
      ]
      for (name, value) in changes { claims[name] = .some(value) }
      return "{" + claims.compactMap { name, value in value.map { #""\#(name)":\#($0)"# } }.joined(separator: ",") + "}"
    }
  }

  private struct Away: Error {}

  private static func outcome(
    _ provider: IdentityProvider, _ token: String, _ world: World
  ) throws -> IdentityError.Kind? {
    try world.simulation.run {
      do {
        try await provider.verify(token, as: "speaker", in: Context(world.simulation.runtime))
        return nil
      } catch let error as IdentityError {
        return error.kind
      }
    }
  }

  @Test("R8.10 a token is believed only if it is signed, in time, for us, and has the role")
  func rules() throws {
    let world = try World()
    let provider = try world.provider()
    let now = world.simulation.runtime.unixMilliseconds() / 1_000
    let cases: [([String: String?], IdentityError.Kind?)] = [
      ([:], nil), (["aud": nil, "client_id": #""app""#], nil), (["aud": #"["x","app"]"#], nil),
      (["cognito:groups": #""speaker""#], nil), (["exp": "\(now - 20)"], nil), (["nbf": "\(now + 20)"], nil),
      (["iss": #""https://evil.example""#], .notForUs), (["aud": #""other""#], .notForUs),
      (["aud": nil], .notForUs), (["exp": "\(now - 31)"], .expired), (["exp": nil], .expired),
      (["nbf": "\(now + 31)"], .expired), (["cognito:groups": #"["listener"]"#], .roleMissing),
      (["cognito:groups": nil], .roleMissing), (["cognito:groups": "7"], .roleMissing),
    ]
    for (changes, expected) in cases {
      let token = try world.issuer.token(world.claims(changes))
      #expect(try Self.outcome(provider, token, world) == expected, "\(changes)")
    }
    #expect(world.asked.withLock { $0 } == 1)
  }

  @Test("R8.10 no token is believed that the provider has not signed just so")
  func signatures() throws {
    let world = try World()
    let provider = try world.provider()
    let good = try world.issuer.token(world.claims())
    let parts = good.split(separator: ".").map(String.init)
    let stranger = try TestIssuer("one")
    let claims = TestIssuer.text(Data(world.claims(["sub": #""eve""#]).utf8))
    let none = TestIssuer.text(Data(#"{"alg":"none"}"#.utf8))
    let bad = [
      "", "a", "a.b.c", "\(parts[0]).\(claims).\(parts[2])", "\(none).\(parts[1]).", "\(none).\(parts[1]).\(parts[2])",
      "\(parts[0]).\(parts[1]).", try stranger.token(world.claims()),
      try world.issuer.token(world.claims(), header: #"{"alg":"HS256","kid":"one"}"#),
      try world.issuer.token(world.claims(), header: #"{"alg":"RS256","kid":"two"}"#), good + "=", good + ".x",
      String(repeating: "a", count: 20_000),
    ]
    for token in bad { #expect(try Self.outcome(provider, token, world) == .invalidToken, "\(token.prefix(100))") }
    #expect(try Self.outcome(provider, good, world) == nil)
  }

  @Test("R8.10 keys do for their lifetime while the provider is away, and no longer")
  func away() throws {
    let world = try World()
    let provider = try world.provider()
    let token = try world.issuer.token(world.claims())
    world.body.withLock { $0 = nil }
    #expect(try Self.outcome(provider, token, world) == .providerAway)
    world.body.withLock { $0 = try? world.issuer.keys }
    #expect(try Self.outcome(provider, token, world) == nil)
    world.body.withLock { $0 = nil }
    world.simulation.drain(until: world.simulation.now() + 59_000_000_000)
    #expect(try Self.outcome(provider, token, world) == nil)
    world.simulation.drain(until: world.simulation.now() + 2_000_000_000)
    #expect(try Self.outcome(provider, token, world) == .providerAway)
    world.body.withLock { $0 = #"{"keys":[]}"# }
    #expect(try Self.outcome(provider, token, world) == .providerAway)
  }

  @Test("R8.10 a new key is found, and made-up ones do not make the provider be asked all the time")
  func newKeys() throws {
    let world = try World()
    let provider = try world.provider()
    let next = try TestIssuer("two")
    let token = try next.token(world.claims())
    #expect(try Self.outcome(provider, try world.issuer.token(world.claims()), world) == nil)
    world.body.withLock { $0 = try? next.keys }
    for _ in 0..<5 { #expect(try Self.outcome(provider, token, world) == .invalidToken) }
    #expect(world.asked.withLock { $0 } == 1)
    world.simulation.drain(until: world.simulation.now() + 10_000_000_000)
    #expect(try Self.outcome(provider, token, world) == nil)
    #expect(world.asked.withLock { $0 } == 2)
  }

  @Test("R8.10 tokens with made-up keys take nothing from those whose keys are known while the provider is away")
  func madeUp() throws {
    let world = try World()
    let provider = try world.provider(under: CircuitBreaker("identity", .init(consecutiveFailures: 3)))
    let good = try world.issuer.token(world.claims())
    let madeUp = try world.issuer.token(world.claims(), header: #"{"alg":"RS256","kid":"x"}"#)
    #expect(try Self.outcome(provider, good, world) == nil)
    world.body.withLock { $0 = nil }
    world.simulation.drain(until: world.simulation.now() + 10_000_000_000)
    for _ in 0..<5 { #expect(try Self.outcome(provider, madeUp, world) == .providerAway) }
    #expect(try Self.outcome(provider, good, world) == nil)
    #expect(world.asked.withLock { $0 } == 2)
    for _ in 0..<4 {
      world.simulation.drain(until: world.simulation.now() + 10_000_000_000)
      #expect(try Self.outcome(provider, madeUp, world) == .providerAway)
      #expect(try Self.outcome(provider, good, world) == nil)
    }
    #expect(world.asked.withLock { $0 } == 4, "after three failures the breaker sends no more")
  }

  @Test("R8.10 callers who come together make the provider be asked once, whether it answers or not")
  func together() throws {
    let world = try World()
    let provider = try world.provider()
    let token = try world.issuer.token(world.claims())
    world.delay.withLock { $0 = .seconds(1) }
    world.body.withLock { $0 = nil }
    #expect(try Self.proven(provider, token, world) == 0)
    #expect(world.asked.withLock { $0 } == 1)
    let keys = try world.issuer.keys
    world.body.withLock { $0 = keys }
    #expect(try Self.proven(provider, token, world) == 5)
    #expect(world.asked.withLock { $0 } == 2)
  }

  /// How many of five who come at the same time are believed.
  private static func proven(_ provider: IdentityProvider, _ token: String, _ world: World) throws -> Int {
    let context = Context(world.simulation.runtime)
    return try world.simulation.run {
      await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<5 {
          group.addTask { (try? await provider.verify(token, as: "speaker", in: context)) != nil }
        }
        var count = 0
        for await isProven in group where isProven { count += 1 }
        return count
      }
    }
  }
}
