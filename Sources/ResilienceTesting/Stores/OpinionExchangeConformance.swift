public import ResilienceInterfaces

/// The promises of `OpinionExchange`.
public enum OpinionExchangeConformance {
  /// One promise.
  public typealias Check = StoreCheck<any OpinionExchange>

  /// All promises; run each on an exchange of its own.
  public static let checks: [Check] = [
    Check("everybody hears what all think, and what is told replaces what was told before", Self.replaces),
    Check("who is not heard of any more does not count, nor what it thought", Self.forgets),
    Check("names are any text, serials any number of 64 bits", Self.spells),
    Check("refuses names and lengths that no store accepts", Self.refuses),
  ]

  private static func opinion(_ breaker: String, _ instance: String, _ serial: UInt64 = 1) -> BreakerOpinion {
    BreakerOpinion(breaker: breaker, instance: instance, serial: serial)
  }

  private static func replaces(_ world: StoreWorld<any OpinionExchange>) async throws {
    let (a, b) = (world.name("a"), world.name("b"))
    let mail = Self.opinion("mail", a)
    let first = try await world.store.exchange([mail], of: a, lifetime: world.unit * 100)
    try expectEqual(first.instances, 1, "instances")
    try expectEqual(first.opinions, [mail], "one's own opinion")
    let second = try await world.store.exchange([], of: b, lifetime: world.unit * 100)
    try expectEqual(second.instances, 2, "instances")
    try expectEqual(second.opinions, [mail], "the other's opinion")
    let later = [Self.opinion("mail", a, 2), Self.opinion("search", a, 1)]
    _ = try await world.store.exchange(later, of: a, lifetime: world.unit * 100)
    let third = try await world.store.exchange([Self.opinion("mail", b)], of: b, lifetime: world.unit * 100)
    try expectEqual(Set(third.opinions), Set(later + [Self.opinion("mail", b)]), "what all think")
    _ = try await world.store.exchange([], of: a, lifetime: world.unit * 100)
    let last = try await world.store.exchange([], of: b, lifetime: world.unit * 100)
    try expectEqual(last.opinions, [], "what was taken back")
    try expectEqual(last.instances, 2, "instances that think nothing")
    try expectEqual(last.overrides, [], "operators' decisions")
  }

  private static func forgets(_ world: StoreWorld<any OpinionExchange>) async throws {
    let (a, b) = (world.name("a"), world.name("b"))
    _ = try await world.store.exchange([Self.opinion("mail", a)], of: a, lifetime: world.unit)
    _ = try await world.store.exchange([Self.opinion("mail", b)], of: b, lifetime: world.unit * 100)
    try await world.pass(units: 1)
    let left = try await world.store.exchange([], of: b, lifetime: world.unit)
    try expectEqual(left.instances, 1, "instances")
    try expectEqual(left.opinions, [], "what is thought")
  }

  private static func spells(_ world: StoreWorld<any OpinionExchange>) async throws {
    let name = world.name("it's \"a\" — 日本")
    let told = [Self.opinion("mail/[\"x\"]", name, .max), Self.opinion("ü", name, 0)]
    let heard = try await world.store.exchange(told, of: name, lifetime: world.unit * 100)
    try expectEqual(Set(heard.opinions), Set(told), "what is thought")
  }

  private static func refuses(_ world: StoreWorld<any OpinionExchange>) async throws {
    try await expectFailure(.invalid, "an empty name") {
      try await world.store.exchange([], of: "", lifetime: world.unit)
    }
    try await expectFailure(.invalid, "a lifetime of 0") {
      try await world.store.exchange([], of: world.name("a"), lifetime: .zero)
    }
  }
}
