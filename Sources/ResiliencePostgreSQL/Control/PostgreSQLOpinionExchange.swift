internal import Resilience
public import ResilienceInterfaces

/// Lets the instances of a service exchange opinions, and obey operators, by way of a PostgreSQL.
///
/// An exchange is one statement: it forgets who has not been heard of, keeps what this instance tells, and answers with
/// what all think. News are notified besides (LISTEN), so that the others exchange at once. Time counts by the server's
/// clock. What is told is not in the server's log: an exchange waits for no disk. Operators' decisions are those that
/// `PostgreSQLControlStore` keeps in the same schema.
public final class PostgreSQLOpinionExchange: OpinionExchange {
  /// What listeners hear of; no queue can have this name.
  static let news = "\u{1}news"

  private let database: PostgreSQLDatabase

  /// Makes the exchange of a schema: one for each service.
  public init(_ database: PostgreSQLDatabase) { self.database = database }

  /// Exchanges.
  public func exchange(
    _ opinions: [BreakerOpinion], of instance: String, lifetime: Duration
  ) async throws(StoreFailure) -> SharedOpinions {
    try StoreRules.check(key: instance, named: "instance's name", store: self.database.location)
    let milliseconds = try StoreRules.milliseconds(lifetime, named: "lifetime", store: self.database.location)
    let told = opinions.map { [$0.breaker, String($0.serial)] }.sorted { $0.lexicographicallyPrecedes($1) }
    let query = PostgreSQLQuery(
      "SELECT * FROM exchange_opinions($1, $2, $3, $4)",
      [.text(instance), .integer(milliseconds), .text(PostgreSQLControlStore.text(told)), .text(Self.news)])
    return try await self.database.change(query) { rows throws(PostgreSQLTrouble) in
      var shared = SharedOpinions(instances: 0)
      for row in rows {
        guard let name = try row.optionalText(0) else {
          shared.overrides.append(try PostgreSQLControlStore.value(try row.bytes(1)))
          continue
        }
        shared.instances += 1
        let words: [[String]] = try PostgreSQLControlStore.value(try row.bytes(1))
        for word in words {
          guard word.count == 2, let serial = UInt64(word[1]) else { throw .unreadable("what an instance has told") }
          shared.opinions.append(BreakerOpinion(breaker: word[0], instance: name, serial: serial))
        }
      }
      return shared
    }
  }

  /// An element whenever an instance has news, over a connection of its own.
  public func hints() -> AsyncStream<Void>? { self.database.hints(for: Self.news) }
}
