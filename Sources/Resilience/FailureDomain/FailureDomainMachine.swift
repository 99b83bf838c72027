/// Which members of a domain fail, and whether the domain is isolated: by hand, by rule or not at all.
///
/// A person's decision stands above the rule's: while it is in force the rule only counts.
struct FailureDomainMachine: Sendable {
  /// How the domain stands.
  enum State: Sendable, Equatable {
    /// Calls pass.
    case open
    /// Calls are refused.
    case isolated(Isolation)
  }
  /// What has changed, to be told.
  enum Change: Sendable, Equatable {
    case isolated(Isolation)
    /// By itself or by rule, why; a person's lifting is told by him.
    case lifted(because: String)
  }

  let members: [String]
  private(set) var configuration: FailureDomain.Configuration
  private(set) var failingMembers: Int?
  private(set) var failingShare: Double?
  private(set) var isolationDuration: Int64 = 1
  private(set) var state = State.open
  private(set) var failing: Set<String> = []

  init(_ members: [String], _ configuration: FailureDomain.Configuration) {
    var seen: Set<String> = []
    self.members = members.filter { seen.insert($0).inserted }
    self.configuration = configuration
    self.take(configuration)
  }

  private mutating func take(_ configuration: FailureDomain.Configuration) {
    self.configuration = configuration
    self.failingMembers = configuration.failingMembers.map { max(1, $0) }
    self.failingShare = configuration.failingShare.map { $0.isNaN ? 1 : min(1, max(.leastNonzeroMagnitude, $0)) }
    self.isolationDuration = max(1, configuration.isolationDuration.nanoseconds)
  }

  var isolation: Isolation? { if case .isolated(let isolation) = self.state { isolation } else { nil } }

  /// Whether the rule's reason holds.
  var isFailing: Bool {
    if let count = self.failingMembers, self.failing.count >= count { return true }
    guard let share = self.failingShare, !self.members.isEmpty else { return false }
    // As quotients: 0.07 × 100 is more than 7.
    return Double(self.failing.count) / Double(self.members.count) >= share && !self.failing.isEmpty
  }

  /// What time alone changes.
  mutating func tick(at now: Instant) -> [Change] {
    guard let isolation, let expires = isolation.expires, expires <= now else { return [] }
    self.state = .open
    // While it was isolated nobody could find out how members are: what was heard is old.
    self.failing = []
    return [.lifted(because: "its time is over")]
  }

  /// Something was heard of a member; strangers are ignored.
  mutating func report(_ member: String, isFailing: Bool, at now: Instant) -> [Change] {
    let changes = self.tick(at: now)
    guard self.members.contains(member) else { return changes }
    if isFailing { self.failing.insert(member) } else { self.failing.remove(member) }
    return changes + self.judge(at: now)
  }

  /// Other rules, by which everything that is known of members is judged at once; an isolation keeps its end.
  mutating func replace(_ configuration: FailureDomain.Configuration, at now: Instant) -> [Change] {
    let changes = self.tick(at: now)
    self.take(configuration)
    return changes + self.judge(at: now)
  }

  mutating func isolate(_ isolation: Isolation, at now: Instant) -> [Change] {
    let changes = self.tick(at: now)
    self.state = .isolated(isolation)
    return changes + [.isolated(isolation)]
  }

  /// Somebody lifts whatever is in force; true if there was anything.
  mutating func lift(at now: Instant) -> (wasIsolated: Bool, changes: [Change]) {
    let changes = self.tick(at: now)
    guard self.isolation != nil else { return (false, changes) }
    self.state = .open
    self.failing = []  // or the rule would isolate it again at the next word
    return (true, changes)
  }

  private mutating func judge(at now: Instant) -> [Change] {
    switch self.state {
    case .open:
      guard self.isFailing else { return [] }
      let isolation = Isolation(
        reason: "\(self.failing.count) of \(self.members.count) members fail: "
          + self.failing.sorted().joined(separator: ", "),
        actor: Isolation.rule, since: now, expires: now + self.isolationDuration)
      self.state = .isolated(isolation)
      return [.isolated(isolation)]
    case .isolated(let isolation):
      guard isolation.isByRule, !self.isFailing else { return [] }
      self.state = .open
      return [.lifted(because: "members have recovered")]
    }
  }
}
