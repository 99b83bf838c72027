import NIOHTTP1
import ResilienceConfiguration
import Testing

@testable import ResilienceGateway

@Suite struct CallClaimsTests {
  private static let tiers: TiersConfiguration = {
    var tiers = TiersConfiguration()
    tiers.trust = [AddressRange("10.0.0.0/8")].compactMap { $0 }
    tiers.standard = "free"
    tiers.classes = [("gold", 5), ("free", 0), ("batch", -5)].map { name, priority in
      var tier = TierConfiguration()
      tier.name = name
      tier.priority = priority
      return tier
    }
    return tiers
  }()

  private func claims(_ named: String?, from peer: String) -> CallClaims {
    var headers = HTTPHeaders()
    if let named { headers.add(name: "X-Resilience-Tier", value: named) }
    return CallClaims(headers, from: peer, Self.tiers)
  }

  @Test("R6.3 a trusted caller says which tier a request belongs to")
  func trusted() {
    let gold = self.claims("gold", from: "10.1.2.3")
    #expect(gold.tier == "gold" && gold.priority == 5 && gold.isTrusted)
    let batch = self.claims("batch", from: "10.1.2.3")
    #expect(batch.tier == "batch" && batch.priority == -5)
  }

  @Test("R6.3 nobody else can make himself important", arguments: ["11.0.0.1", "127.0.0.1", "::1", "nonsense", ""])
  func untrusted(peer: String) {
    let claims = self.claims("gold", from: peer)
    #expect(claims.tier == "free" && claims.priority == 0 && !claims.isTrusted)
  }

  @Test("R6.3 without a name, or with one that nobody knows, it is the default tier", arguments: [nil, "platinum", ""])
  func fallback(named: String?) {
    #expect(self.claims(named, from: "10.0.0.1").tier == "free")
    #expect(CallClaims(["X-Resilience-Tier": "gold"], from: "10.0.0.1", TiersConfiguration()).tier == nil)
  }
}
