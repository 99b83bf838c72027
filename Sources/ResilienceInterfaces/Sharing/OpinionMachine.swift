internal import Resilience

/// When a breaker heeds what other instances think of its dependency.
///
/// A value: what is known goes in, what is to be done comes out. Its rules keep one bad instance from poisoning all:
/// - An opinion is told only for a trip by one's own evidence; who opened because of others tells nothing.
/// - Others' opinions open a breaker only if its own recent calls failed as well, or if a quorum of instances shares
///   them.
/// - Each opinion counts once: after it was heeded, or after the breaker has recovered while it stood, it is spent.
struct OpinionMachine: Sendable {
  /// What the breaker knows itself.
  struct Local: Sendable, Equatable {
    /// What it does.
    enum Phase: Sendable, Equatable {
      /// It lets calls pass, and decides by itself.
      case closed
      /// It has opened by evidence of its own, this trip, and has not recovered yet.
      case tripped(UInt64)
      /// It is open or half-open because of others.
      case following
      /// An operator has it in his hands.
      case overridden
    }

    var phase: Phase
    var tally: Tally
    var consecutiveFailures: Int
  }

  /// What is to be done.
  enum Action: Sendable, Equatable {
    case nothing
    /// Open, because so many of all instances have.
    case heed(Int, isQuorum: Bool)
  }

  private let rules: SharingRules
  /// The last opinion of each instance that counts no more.
  private var spent: [String: UInt64] = [:]
  private var wasOpen = false

  init(_ rules: SharingRules) { self.rules = rules }

  /// What this instance tells: the trip that it stands by.
  static func told(_ local: Local) -> UInt64? {
    if case .tripped(let serial) = local.phase { serial } else { nil }
  }

  /// - Parameters:
  ///   - local: What the breaker knows itself.
  ///   - opinions: The standing opinions of the other instances, one for each.
  ///   - instances: How many instances there are, this one included.
  mutating func step(_ local: Local, _ opinions: [String: UInt64], instances: Int) -> Action {
    self.spent = self.spent.filter { opinions[$0.key] == $0.value }
    switch local.phase {
    case .tripped, .following, .overridden:
      self.wasOpen = true
      return .nothing
    case .closed: break
    }
    if self.wasOpen {
      // It has found out by itself that calls succeed, or an operator has let it go: what stood then is refuted.
      self.wasOpen = false
      self.spent = opinions
      return .nothing
    }
    let standing = opinions.filter { self.spent[$0.key] != $0.value }
    guard !standing.isEmpty else { return .nothing }
    // All that stand count for the quorum; one that is not spent has to be among them, or nothing is new.
    let isQuorum = opinions.count >= self.rules.quorum(of: instances)
    guard isQuorum || self.rules.confirms(local.tally, local.consecutiveFailures) else { return .nothing }
    self.spent = opinions
    return .heed(opinions.count, isQuorum: isQuorum)
  }
}
