public import Resilience
internal import ResilienceInterfaces

/// Remembers what has happened to a session service: outages, returns, conflicts; the newest 200.
///
/// Give its `record` to a `SessionManager` as `told`. Constant memory; forgets at a restart, unlike conflicts, which
/// the manager keeps.
public final class SessionEventLog: Sendable {
  /// One thing that happened.
  public struct Entry: Sendable, Hashable {
    /// When, in milliseconds since 1970.
    public let at: Int64
    /// What.
    public let event: SessionEvent
  }

  private struct Contents {
    var entries: [Entry] = []
    var outages = 0
    var conflicts = 0
  }

  private static let remembered = 200
  private let clock: StoreClock
  private let told: @Sendable (Entry) -> Void
  private let contents = Lock(Contents())

  /// Makes an empty log.
  ///
  /// - Parameters:
  ///   - runtime: Where time comes from.
  ///   - told: Hears of each entry; returns at once.
  public init(on runtime: Runtime = .live, told: @escaping @Sendable (Entry) -> Void = { _ in }) {
    self.clock = StoreClock(runtime)
    self.told = told
  }

  /// Takes an event down.
  public func record(_ event: SessionEvent) {
    let entry = Entry(at: self.clock.now, event: event)
    self.contents.withLock { contents in
      contents.entries.append(entry)
      if contents.entries.count > Self.remembered { contents.entries.removeFirst() }
      if case .fellBack = event { contents.outages += 1 }
      if case .conflicted = event { contents.conflicts += 1 }
    }
    self.told(entry)
  }

  /// The newest events, oldest first.
  public var entries: [Entry] { self.contents.withLock { $0.entries } }
  /// How often the fallback began to serve since the start.
  public var outages: Int { self.contents.withLock { $0.outages } }
  /// How many sessions were found changed on both sides since the start.
  public var conflicts: Int { self.contents.withLock { $0.conflicts } }
}
