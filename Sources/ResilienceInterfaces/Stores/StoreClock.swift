public import Resilience

/// The clock of a store inside of this process: Unix milliseconds that never run backwards.
///
/// It reads the time of day once, and from then on adds what the runtime's monotonic clock has counted. Somebody who
/// sets the machine's clock therefore changes no lease and no delay of a running process. After a restart the time of
/// day counts again; a store that keeps its latest instant hands it in as `notBefore`, so that a clock that was set
/// back meanwhile cannot lengthen what was agreed before. Stores on a server (Redis, PostgreSQL) use the server's clock
/// instead, so that clients with differing clocks agree.
public struct StoreClock: Sendable {
  private let runtime: Runtime
  private let unix: Int64
  private let anchor: Instant

  /// Makes a clock.
  ///
  /// - Parameters:
  ///   - runtime: Where time comes from.
  ///   - notBefore: The latest instant that is known to have been, in Unix milliseconds.
  public init(_ runtime: Runtime = .live, notBefore: Int64 = 0) {
    self.runtime = runtime
    self.unix = max(runtime.unixMilliseconds(), notBefore)
    self.anchor = runtime.now()
  }

  /// Unix milliseconds.
  public var now: Int64 { self.unix + (self.runtime.now() - self.anchor) / 1_000_000 }
}
