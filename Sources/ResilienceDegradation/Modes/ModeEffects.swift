public import ResilienceInterfaces

/// What changes while a mode is in force.
public struct ModeEffects: Sendable, Equatable {
  /// What becomes of requests that would change something.
  public enum Writes: String, Sendable, Hashable, Codable, CaseIterable {
    /// They are carried out.
    case pass
    /// They are queued and carried out later; refused where nothing is there to queue them.
    case queue
    /// They are refused.
    case refuse
  }

  /// What becomes of requests that only read.
  public enum Reads: String, Sendable, Hashable, Codable, CaseIterable {
    /// They are carried out.
    case pass
    /// They are not sent: fallbacks answer.
    case fallback
  }

  /// What becomes of requests that would change something.
  public var writes = Writes.pass
  /// What becomes of requests that only read.
  public var reads = Reads.pass
  /// The tiers whose requests are admitted; empty for all.
  public var tiers: [String] = []
  /// The criticalities of the dependencies that are still called; empty for all.
  public var criticalities: [DependencyStatus.Criticality] = []
  /// Kinds of fallbacks that are tried before the others, in this order.
  public var fallbacks: [String] = []
  /// Names of toggles that are off.
  public var togglesOff: [String] = []

  /// A mode that changes nothing.
  public init() {}

  /// A mode that keeps these from being carried out.
  public init(writes: Writes, reads: Reads = .pass) {
    self.writes = writes
    self.reads = reads
  }

  /// Whether nothing is different from normal.
  public var isNone: Bool { self == ModeEffects() }
}
