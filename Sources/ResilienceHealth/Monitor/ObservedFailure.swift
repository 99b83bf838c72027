internal import Resilience
internal import ResilienceInterfaces

/// A component's newest failure, and how exactly the time of failures and recoveries can be told of it.
struct ObservedFailure {
  /// What is known from breakers and calls says nothing new while nothing is called: as long as breakers stay open.
  private static let lingering = Duration.seconds(60)
  /// Within so much time, at least, what needs something fails because of it, and not by itself at the same time.
  private static let spreading = Duration.seconds(30)

  /// The failure as it is believed, under way or over.
  private let believed: FailureSpan?
  /// The failure under way, also one that is not believed yet.
  let current: FailureSpan?
  /// Whether nothing has ever told how it is.
  let isUnknown: Bool
  /// How long it takes, at most, until a failure is believed.
  private let toFail: Duration
  /// How long it may take to recover from the failure of something else, and to be seen to.
  private let toRecover: Duration

  /// What a check knows.
  init(_ machine: HealthMachine) {
    let schedule = machine.schedule
    let begun = FailureSpan.next(
      after: machine.failure, FailureSpan(endOf: machine.samples, schedule), schedule)
    self.believed = machine.failure
    self.current = machine.state == .unhealthy ? machine.failure : begun
    self.isUnknown = machine.state == .unknown
    self.toFail = schedule.toFail
    self.toRecover = schedule.toSettle
  }

  /// What evidence alone knows: what was noted at the last look, and how it is at present.
  init(_ noted: FailureSpan?, _ state: HealthState, _ looks: CheckSchedule, at now: Instant) {
    let isNoted = noted.map { $0.end == nil } ?? false
    let begun = FailureSpan(earliest: noted?.end ?? now - looks.interval.nanoseconds, onset: now)
    self.believed = noted
    self.current = isNoted ? noted : state == .unhealthy ? .next(after: noted, begun, looks) : nil
    self.isUnknown = state == .unknown
    self.toFail = looks.toFail
    self.toRecover = Self.lingering
  }

  /// Whether there is a failure, under way or over.
  var isKnown: Bool { self.newest != nil }

  private var newest: FailureSpan? { self.current ?? self.believed }

  /// Whether it does not work, as far as is believed.
  var isUnderWay: Bool { self.believed.map { $0.end == nil } ?? false }

  /// Whether a failure of something that needs this one follows from this one's, as far as time can tell.
  ///
  /// It does where it may have begun with this one or soon after. Once this one works again, the other one has some
  /// time to follow; what fails on after that fails by itself.
  func explains(_ other: ObservedFailure, at now: Instant) -> Bool {
    guard let reason = self.believed, let late = other.newest, late.onset >= reason.earliest else { return false }
    let reach = max(Self.spreading, self.toFail + other.toFail)
    guard late.earliest - reason.onset <= reach.nanoseconds else { return false }
    return reason.end.map { now - $0 <= other.toRecover.nanoseconds } ?? true
  }
}

extension CheckSchedule {
  /// Connections, pools and back-offs come back before what needs them does.
  private static let settling = Duration.seconds(10)
  private static let century = Duration.seconds(3_155_760_000)

  /// How long it takes, at most, until a failure is believed.
  var toFail: Duration { self.length(ofChecks: self.fall + 1) }
  /// How long it takes, at most, until something has recovered from the failure of something else, and is believed to.
  var toSettle: Duration { self.length(ofChecks: self.rise + 2) + Self.settling }

  private func length(ofChecks count: Int) -> Duration {
    // A century: what is longer never ends, and must not overflow.
    let (interval, timeout) = (min(self.interval, Self.century), min(self.timeout, Self.century))
    return interval * (Double(count) * (1 + self.jitter)) + timeout
  }
}
