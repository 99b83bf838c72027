internal import Foundation
internal import Resilience
public import ResilienceInterfaces

/// Lets the instances of a service exchange opinions, and obey operators, by way of a Redis or Valkey.
///
/// An exchange is one script: it forgets who has not been heard of, keeps what this instance tells, and answers with
/// what all think. News are published besides, so that the others exchange at once. Time counts by the server's clock.
/// Operators' decisions are those that `RedisControlStore` with the same prefix keeps.
public final class RedisOpinionExchange: OpinionExchange {
  private let space: RedisSpace

  /// Makes an exchange whose keys begin with a prefix: one for each service.
  public init(_ client: RedisClient, prefix: String = "resilience:") {
    self.space = RedisSpace(client: client, prefix: prefix)
  }

  /// Exchanges.
  public func exchange(
    _ opinions: [BreakerOpinion], of instance: String, lifetime: Duration
  ) async throws(StoreFailure) -> SharedOpinions {
    try StoreRules.check(key: instance, named: "instance's name", store: self.space.store)
    let milliseconds = try StoreRules.milliseconds(lifetime, named: "lifetime", store: self.space.store)
    let words = opinions.flatMap { [RedisArgument.text($0.breaker), .text(String($0.serial))] }
    let answer = try await self.space.run(
      OpinionScripts.exchange, [.text(instance), .integer(milliseconds)] + words)
    guard let parts = answer.elements, parts.count == 3, let count = parts[0].integer,
      let told = parts[1].elements, told.count.isMultiple(of: 3), let decided = parts[2].elements
    else { throw self.space.unreadable("What instances think") }
    var shared = SharedOpinions(instances: Int(count))
    for index in stride(from: 0, to: told.count, by: 3) {
      guard let name = told[index].text, let breaker = told[index + 1].text,
        let serial = told[index + 2].text.flatMap({ UInt64($0) })
      else { throw self.space.unreadable("What instances think") }
      shared.opinions.append(BreakerOpinion(breaker: breaker, instance: name, serial: serial))
    }
    for value in decided {
      guard let bytes = value.bytes, let override = try? JSONDecoder().decode(BreakerOverride.self, from: Data(bytes))
      else { throw self.space.unreadable("An operator's decision") }
      shared.overrides.append(override)
    }
    return shared
  }

  /// An element whenever an instance has news, over a connection of its own.
  public func hints() -> AsyncStream<Void>? { self.space.hints("news") }
}
