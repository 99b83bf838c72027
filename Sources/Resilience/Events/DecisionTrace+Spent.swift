extension DecisionTrace {
  /// Where a part of the call's time went.
  public struct Share: Sendable, Hashable, Codable {
    /// Who had it.
    @frozen
    public enum Holder: String, Sendable, Hashable, Codable {
      /// The operation ran.
      case operation
      /// A policy waited, or a stand-in made its answer.
      case policy
      /// Neither: what policies need for themselves, and what came between calls.
      case rest
    }

    /// Who had it.
    public let holder: Holder
    /// The pattern that waited; nil if it was none.
    public let policy: PolicyKind?
    /// The policy's name.
    public let name: String
    /// How long, in nanoseconds.
    public let nanoseconds: Int64
  }

  private struct Span {
    var from: Int64
    var until: Int64
    var holder: Share.Holder
    var policy: PolicyKind?
    var name: String
  }

  private struct Key: Hashable {
    var holder: Share.Holder
    var policy: PolicyKind?
    var name: String
  }

  /// Where the time went, in the order in which it first did; together exactly `duration`.
  ///
  /// Each moment counts once: of several things at a time the one that began last has it.
  public var spent: [Share] {
    let entries = self.entries
    let end = self.duration.nanoseconds
    let spans = entries.compactMap(Self.span)
    let edges = Set(spans.flatMap { [$0.from, $0.until] } + [0, end]).sorted()
    var order: [Key] = []
    var sums: [Key: Int64] = [:]
    for (from, until) in zip(edges, edges.dropFirst()) {
      let holder = spans.filter { $0.from <= from && $0.until >= until }.max { $0.from < $1.from }
      let key = Key(holder: holder?.holder ?? .rest, policy: holder?.policy, name: holder?.name ?? "")
      if sums[key] == nil { order.append(key) }
      sums[key, default: 0] += until - from
    }
    return order.map {
      Share(holder: $0.holder, policy: $0.policy, name: $0.name, nanoseconds: sums[$0] ?? 0)
    }
  }

  private static func span(_ entry: Entry) -> Span? {
    guard entry.tookNanoseconds > 0 else { return nil }
    let holder: Share.Holder
    switch entry.decision {
    case .attemptSucceeded, .attemptFailed: holder = .operation
    case .waited, .answered: holder = .policy
    default: return nil
    }
    return Span(
      from: entry.atNanoseconds - entry.tookNanoseconds, until: entry.atNanoseconds, holder: holder,
      policy: entry.policy, name: entry.name)
  }
}
