internal import Resilience
public import ResilienceSimulation

/// A store under test, and what its checks have to know of the time that it lives in.
///
/// ```swift
/// @Test(arguments: QueueStoreConformance.checks)
/// func conforms(_ check: StoreCheck<any QueueStore>) async throws {
///   try await check.run(in: .virtual { clock in MyQueueStore(clock: clock) })
/// }
/// ```
public struct StoreWorld<Store: Sendable>: Sendable {
  /// The store.
  public let store: Store
  /// What all names of a run begin with, so that runs can share a server.
  public let prefix: String
  /// The length of time that checks count in: long against the time that the store takes for an answer.
  public let unit: Duration
  /// Whether time stands still between the calls of `pass`.
  public let isVirtual: Bool
  /// Where the reference of a comparison takes its time from.
  let runtime: Runtime
  /// Lets time pass.
  let pass: @Sendable (Duration) async throws -> Void
  /// Opens the same storage once more, as after a crash; nil for stores that forget everything.
  let reopen: (@Sendable () async throws -> Store)?

  /// A store inside of this process, whose clock only the checks move.
  ///
  /// - Parameters:
  ///   - simulation: The clock; give its runtime to the store.
  ///   - store: The store.
  ///   - reopen: Opens the same storage once more.
  public static func virtual(
    _ simulation: Simulation, _ store: Store, reopen: (@Sendable () async throws -> Store)? = nil
  ) -> StoreWorld {
    StoreWorld(
      store: store, prefix: "t", unit: .seconds(10), isVirtual: true, runtime: simulation.runtime,
      pass: { length in simulation.drain(until: simulation.now() + length.nanoseconds) }, reopen: reopen)
  }

  /// A store on a server with a clock of its own: checks really wait.
  ///
  /// - Parameters:
  ///   - store: The store.
  ///   - prefix: Different for every check and run, such as a random text.
  ///   - unit: Long against the time that the server takes to answer; default half a second.
  ///   - reopen: Opens the same storage once more.
  public static func real(
    _ store: Store, prefix: String, unit: Duration = .milliseconds(500),
    reopen: (@Sendable () async throws -> Store)? = nil
  ) -> StoreWorld {
    StoreWorld(
      store: store, prefix: prefix, unit: unit, isVirtual: false, runtime: .live,
      pass: { length in try await Runtime.live.sleep(for: length) }, reopen: reopen)
  }

  /// The same world, and what tells how much longer was spent in it, until asked, than its checks meant to let pass.
  func measured() -> (world: StoreWorld, lateness: () -> Duration) {
    let planned = Lock(Duration.zero)
    let start = self.runtime.now()
    let pass = self.pass
    let world = StoreWorld(
      store: self.store, prefix: self.prefix, unit: self.unit, isVirtual: self.isVirtual, runtime: self.runtime,
      pass: { length in
        planned.withLock { $0 += length }
        try await pass(length)
      }, reopen: self.reopen)
    return (world, { .nanoseconds(self.runtime.now() - start) - planned.withLock { $0 } })
  }

  /// The same store in a world whose names are new, and whose checks count in longer units.
  func slower(unit: Duration) -> StoreWorld {
    StoreWorld(
      store: self.store, prefix: "\(self.prefix)-slower", unit: unit, isVirtual: self.isVirtual, runtime: self.runtime,
      pass: self.pass, reopen: self.reopen)
  }

  /// A name of this run.
  func name(_ name: String) -> String { "\(self.prefix)-\(name)" }
  /// Lets some units pass, and a little more, so that what ends with them has ended.
  func pass(units: Int) async throws { try await self.pass(self.unit * units + self.unit / 20) }
}
