public import Resilience
public import ResilienceInterfaces

/// One check's state: when it is due, whether it runs, what it found, and what is believed because of it.
///
/// A value: told what happened and the time. Flapping is damped: the belief becomes worse after `fall` results in a row
/// that are all worse than it, to the mildest of them; better after `rise` results in a row that are all better, to the
/// worst of them. The first result of all decides at once. A result that is `unknown` is remembered, and otherwise as
/// if it had not been.
public struct HealthMachine: Sendable {
  /// What to do about a check.
  public enum Start: Sendable, Equatable {
    /// Make it, and report its end with this number.
    case run(serial: UInt64)
    /// It is under way already: wait for its end.
    case running
    /// It is not due before then.
    case notDue(until: Instant)
  }

  /// A belief that changed.
  public struct Change: Sendable, Equatable {
    /// What was believed.
    public let from: HealthState
    /// What is believed now.
    public let to: HealthState

    /// Describes a change.
    public init(from: HealthState, to: HealthState) {
      self.from = from
      self.to = to
    }
  }

  /// The end of a failure.
  public struct Recovery: Sendable, Equatable {
    /// When it was believed.
    public let at: Instant
    /// The results until the check became good, oldest first.
    public let samples: [CheckSample]
  }

  private enum Run: Sendable, Equatable {
    /// Waits for its time.
    case idle
    /// Is under way since then; how often it was overdue.
    case running(serial: UInt64, since: Instant, overdue: Int)
  }

  private static let mostSamples = 64

  /// How often, how long, how many in a row.
  public let schedule: CheckSchedule
  /// What is believed.
  public private(set) var state = HealthState.unknown
  /// Since when; the machine's beginning as long as nothing is known.
  public private(set) var since: Instant
  /// The last result; nil before the first.
  public private(set) var last: CheckResult?
  /// When it arrived.
  public private(set) var lastAt: Instant?
  /// How long the last check that ended took.
  public private(set) var lastTook: Duration?
  /// When the next check is due.
  public private(set) var due: Instant
  /// The newest results, oldest first, for telling causes from consequences.
  public private(set) var samples: [CheckSample] = []
  /// Its last recovery: when, and the results up to then, for what follows from its failure and recovers later.
  public private(set) var recovery: Recovery?
  /// Its newest failure that was believed, under way or over.
  private(set) var failure: FailureSpan?
  /// The newest results that say something, oldest first, as many as rise and fall need.
  private var recent: [HealthState] = []
  private var run = Run.idle
  private var serials: UInt64 = 0

  /// Makes a machine whose first check is due at once.
  public init(_ schedule: CheckSchedule, at now: Instant) {
    self.schedule = schedule
    self.since = now
    self.due = now
  }

  /// Whether a check is under way.
  public var isRunning: Bool { self.run != .idle }

  /// The last result, if it is at most so old.
  public func cached(within age: Duration, at now: Instant) -> CheckResult? {
    guard let lastAt, now - lastAt <= age.nanoseconds else { return nil }
    return self.last
  }

  /// Asks to make a check; by force also before it is due, but never twice at a time.
  public mutating func begin(at now: Instant, isForced: Bool = false) -> Start {
    if case .running = self.run { return .running }
    if now < self.due && !isForced { return .notDue(until: self.due) }
    self.serials += 1
    self.run = .running(serial: self.serials, since: now, overdue: 0)
    return .run(serial: self.serials)
  }

  /// A check has ended.
  ///
  /// - Parameters:
  ///   - serial: Its number; an older one is not heard.
  ///   - result: What it found; nil if it was given up and says nothing.
  ///   - now: The time.
  ///   - chance: 64 random bits, for the jitter.
  /// - Returns: The change of belief, if there is one.
  public mutating func end(_ serial: UInt64, _ result: CheckResult?, at now: Instant, chance: UInt64) -> Change? {
    guard case .running(serial, let since, let overdue) = self.run else { return nil }
    self.run = .idle
    // ±jitter; 53 bits, as many as a Double holds.
    let part = Double(chance >> 11) / Double(UInt64(1) << 53) * 2 - 1
    let interval = Double(self.schedule.interval.nanoseconds) * (1 + self.schedule.jitter * part)
    self.due = max(now, since + Int64(interval))
    guard let result else { return nil }
    self.lastTook = .nanoseconds(now - since)
    guard overdue == 0 else { return nil }
    return self.count(result, at: now)
  }

  /// A check is not back although its time is over; counts as a failure.
  ///
  /// - Returns: The change of belief, if there is one.
  public mutating func expire(_ serial: UInt64, at now: Instant) -> Change? {
    guard case .running(serial, let since, let overdue) = self.run else { return nil }
    self.run = .running(serial: serial, since: since, overdue: overdue + 1)
    let seconds = Double((now - since) / 1_000_000) / 1_000
    return self.count(.unhealthy("the check has not answered for \(seconds) s"), at: now)
  }

  private mutating func count(_ result: CheckResult, at now: Instant) -> Change? {
    self.last = result
    self.lastAt = now
    guard result.state != .unknown else { return nil }
    self.samples.append(CheckSample(at: now, isFailing: result.state == .unhealthy))
    // While it fails, the results around the beginning are kept: they tell what failed first.
    if self.samples.count > Self.mostSamples {
      self.samples.remove(at: self.state == .unhealthy ? Self.mostSamples / 2 : 0)
    }
    self.recent.append(result.state)
    if self.recent.count > max(self.schedule.rise, self.schedule.fall) { self.recent.removeFirst() }
    defer { self.checkInvariants() }
    guard let next = self.believed(), next != self.state else { return nil }
    if next == .unhealthy {
      let found = FailureSpan(endOf: self.samples, self.schedule)
      self.failure = .next(after: self.failure, found, self.schedule)
    }
    if self.state == .unhealthy {
      self.failure?.end = now
      // A new chapter: results of a failure that is over say nothing about what is wrong now.
      let good = self.samples.suffix(self.schedule.rise)
      self.recovery = Recovery(at: now, samples: Array(self.samples.dropLast(good.count)))
      self.samples = Array(good)
    }
    let change = Change(from: self.state, to: next)
    self.state = next
    self.since = now
    return change
  }

  private func believed() -> HealthState? {
    guard let current = self.state.severity else { return self.recent.last }
    let falling = self.recent.suffix(self.schedule.fall).compactMap(\.severity)
    if falling.count == self.schedule.fall, let mildest = falling.min(), mildest > current {
      return HealthState(severity: mildest)
    }
    let rising = self.recent.suffix(self.schedule.rise).compactMap(\.severity)
    if rising.count == self.schedule.rise, let worst = rising.max(), worst < current {
      return HealthState(severity: worst)
    }
    return nil
  }

  func checkInvariants() {
    assert(self.state == .unknown || self.last != nil, "a belief without a result")
    assert(self.recent.count <= max(self.schedule.rise, self.schedule.fall), "more results than are needed")
    assert(!self.recent.contains(.unknown), "a result that says nothing was counted")
    assert(self.samples.count <= Self.mostSamples, "samples are not bounded")
  }
}

extension HealthState {
  /// 0 healthy, 1 degraded, 2 unhealthy; nil for unknown.
  fileprivate var severity: Int? {
    switch self {
    case .healthy: 0
    case .degraded: 1
    case .unhealthy: 2
    case .unknown: nil
    }
  }

  fileprivate init(severity: Int) {
    switch severity {
    case 0: self = .healthy
    case 1: self = .degraded
    default: self = .unhealthy
    }
  }
}
