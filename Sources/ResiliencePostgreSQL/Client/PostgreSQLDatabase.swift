internal import Foundation
internal import Resilience
public import ResilienceInterfaces

/// A schema of a PostgreSQL database that stores share: queue, key-value, leases, series, operators' decisions.
///
/// A call that has returned is committed as safely as the server is set to (`fsync` and `synchronous_commit` on: on its
/// disk). **Group commit**: what enqueues and settles at the same time goes out as one transaction, so many callers at
/// once pay for one synchronisation of the server's disk; each still succeeds or fails for itself. Any number of
/// processes may use the same schema. libpq waits in threads of this object's own. After a loss of the connection the
/// next call connects again; attempts are spaced by a back-off, and until the next is due calls fail at once with the
/// last one's reason.
///
/// Cost: one round trip a call. Needs PostgreSQL 12 or newer with an UTF-8 database.
public final class PostgreSQLDatabase: Sendable {
  /// Which server and database, without credentials.
  public let location: String
  let configuration: PostgreSQLConfiguration
  private let reader: PostgreSQLWorkers
  private let writer: PostgreSQLWorkers
  private let listener: PostgreSQLListener

  /// Connects, and brings the tables up to date.
  ///
  /// Those of a version before may take longer than the time-out, at most ten minutes, in which nobody writes to them.
  /// - Parameter configuration: Where the server is.
  /// - Throws: `StoreFailure`: `invalid`, `unreachable`, `permissionDenied`, `wrongVersion`, `schemaTooNew`,
  ///   `readOnly`, `locked`, `diskFull`, `timedOut`.
  public init(_ configuration: PostgreSQLConfiguration) async throws(StoreFailure) {
    let problems = configuration.problems
    if !problems.isEmpty {
      throw StoreFailure(
        .invalid, store: configuration.location, detail: "\(InvalidConfiguration("PostgreSQL", problems)).",
        remedy: "Correct the configuration.")
    }
    self.configuration = configuration
    self.location = configuration.location
    let outcome: StoreFailure? = await withCheckedContinuation { continuation in
      let thread = Thread {
        do throws(PostgreSQLTrouble) {
          try StoreSchema.migrate(configuration)
          continuation.resume(returning: nil)
        } catch {
          continuation.resume(returning: error.failure(configuration.location))
        }
      }
      thread.start()
    }
    if let outcome { throw outcome }
    let reconnect = PostgreSQLReconnect()
    self.reader = PostgreSQLWorkers(configuration, threads: configuration.connections, inGroups: false, reconnect)
    self.writer = PostgreSQLWorkers(configuration, threads: 1, inGroups: true, reconnect)
    self.listener = PostgreSQLListener(configuration, reconnect)
  }

  deinit { self.close() }

  /// Carries out what waits and ends the connections; calls fail from then on.
  public func close() {
    self.reader.close()
    self.writer.close()
    self.listener.close()
  }

  /// An element whenever the named queue may have got something, from whichever process.
  func hints(for queue: String) -> AsyncStream<Void> { self.listener.hints(for: queue) }

  // MARK: Asking

  /// Reads: on any of the connections; repeated when one breaks.
  func read<Value>(
    _ query: PostgreSQLQuery, _ make: ([PostgreSQLRow]) throws(PostgreSQLTrouble) -> Value
  ) async throws(StoreFailure) -> Value {
    try self.decode(await self.ask(query, of: self.reader, isRepeatable: true), make)
  }

  /// Changes something, in a transaction of its own, beside all others.
  func change<Value>(
    _ query: PostgreSQLQuery, _ make: ([PostgreSQLRow]) throws(PostgreSQLTrouble) -> Value
  ) async throws(StoreFailure) -> Value {
    try self.decode(await self.ask(query, of: self.reader), make)
  }

  /// Changes queues under their locks, in the next group.
  ///
  /// Not hindered by cancellation: what was begun is said to have been done.
  func write<Value>(
    _ query: PostgreSQLQuery, queues: [String] = [], items: [String] = [],
    _ make: ([PostgreSQLRow]) throws(PostgreSQLTrouble) -> Value
  ) async throws(StoreFailure) -> Value {
    try self.decode(await self.ask(query, of: self.writer, queues: queues, items: items), make)
  }

  private func ask(
    _ query: PostgreSQLQuery, of workers: PostgreSQLWorkers, queues: [String] = [], items: [String] = [],
    isRepeatable: Bool = false
  ) async -> Result<[PostgreSQLRow], StoreFailure> {
    let deadline = Runtime.live.now() + self.configuration.timeout.nanoseconds
    return await withCheckedContinuation { continuation in
      workers.submit(
        PostgreSQLWork(
          query: query, queues: queues, items: items, isRepeatable: isRepeatable, deadline: deadline,
          answer: { continuation.resume(returning: $0) }))
    }
  }

  private func decode<Value>(
    _ result: Result<[PostgreSQLRow], StoreFailure>, _ make: ([PostgreSQLRow]) throws(PostgreSQLTrouble) -> Value
  ) throws(StoreFailure) -> Value {
    let rows = try result.get()
    do throws(PostgreSQLTrouble) {
      return try make(rows)
    } catch {
      throw error.failure(self.location)
    }
  }
}
