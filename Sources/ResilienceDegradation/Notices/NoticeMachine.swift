internal import Resilience
public import ResilienceInterfaces

/// What users are told, and when: once when something begins, once when it gets worse, once when it is over.
///
/// What flickers is one trouble and not many: a ``Latch`` for each subject. A value; times are Unix milliseconds.
/// Bounded to the newest notices.
public struct NoticeMachine: Sendable {
  private struct Trouble: Sendable {
    var latch = Latch()
    var worst = DependencyCondition.degraded
    var since: Int64 = 0
    var active: ServiceNotice?
    var texts: NoticeTexts
  }

  /// For how long something must be degraded before users are told.
  public var enterAfter: Duration
  /// For how long it must work before users are told.
  public var leaveAfter: Duration
  private let capacity: Int
  private let prefix: String
  private var count = 0
  private var troubles: [String: Trouble] = [:]
  private var recent: [ServiceNotice] = []

  /// Makes a machine that has told nothing.
  ///
  /// - Parameters:
  ///   - prefix: What ids begin with: different in every process.
  ///   - enterAfter: For how long something must be degraded before users are told; default 2 s.
  ///   - leaveAfter: For how long it must work before users are told; default 10 s.
  ///   - capacity: How many notices are kept; default 100.
  public init(
    prefix: String, enterAfter: Duration = .seconds(2), leaveAfter: Duration = .seconds(10), capacity: Int = 100
  ) {
    self.prefix = prefix
    self.enterAfter = enterAfter
    self.leaveAfter = leaveAfter
    self.capacity = max(1, capacity)
  }

  /// What is told at present.
  public var list: NoticeList {
    NoticeList(
      active: self.troubles.values.compactMap(\.active).sorted { ($0.since, $0.id) < ($1.since, $1.id) },
      recent: self.recent.reversed())
  }

  /// Takes how all subjects are, and says what is to be published.
  public mutating func update(_ subjects: [NoticeSubject], at now: Int64) -> [ServiceNotice] {
    var published: [ServiceNotice] = []
    for subject in subjects.sorted(by: { $0.id < $1.id }) {
      if let notice = self.update(subject, at: now) { published.append(notice) }
    }
    let known = Set(subjects.map(\.id))
    for (id, trouble) in self.troubles where !known.contains(id) {
      // Nobody looks at it any more: what was told about it is over.
      if trouble.active != nil { published.append(self.publish(.recovered, trouble, at: now)) }
      self.troubles[id] = nil
    }
    self.recent += published
    self.recent.removeFirst(max(0, self.recent.count - self.capacity))
    return published
  }

  private mutating func update(_ subject: NoticeSubject, at now: Int64) -> ServiceNotice? {
    let holds = subject.condition != .healthy
    guard holds || self.troubles[subject.id] != nil else { return nil }
    var trouble = self.troubles[subject.id] ?? Trouble(since: now, texts: subject.texts)
    defer { self.troubles[subject.id] = trouble }
    let told = trouble.texts
    trouble.texts = subject.texts
    if trouble.latch.contradictedSince == nil, !trouble.latch.isOn, holds { trouble.since = now }
    let hasChanged = trouble.latch.update(
      holds, enterAfter: self.enterAfter.milliseconds, leaveAfter: self.leaveAfter.milliseconds, at: now)
    guard hasChanged else {
      // Worse than what was told, or something else than what was told.
      let isWorse = trouble.worst == .degraded && subject.condition == .unavailable
      let isOther = trouble.worst == .unavailable && told.unavailable != subject.texts.unavailable
      guard trouble.latch.isOn, holds, isWorse || isOther else { return nil }
      trouble.worst = .unavailable
      trouble.active = self.publish(.degraded, trouble, at: now)
      return trouble.active
    }
    if trouble.latch.isOn {
      trouble.worst = subject.condition
      trouble.active = self.publish(.degraded, trouble, at: now)
      return trouble.active
    }
    defer { trouble.active = nil }
    return self.publish(.recovered, trouble, at: now)
  }

  private mutating func publish(_ kind: ServiceNotice.Kind, _ trouble: Trouble, at now: Int64) -> ServiceNotice {
    self.count += 1
    let texts = trouble.texts
    let template =
      switch kind {
      case .recovered: texts.recovered
      case .degraded: trouble.worst == .unavailable ? texts.unavailable : texts.degraded
      }
    return ServiceNotice(
      id: "\(self.prefix)-\(self.count)", at: now, kind: kind, feature: texts.feature,
      message: texts.fill(template, milliseconds: now - trouble.since), since: trouble.since)
  }
}
