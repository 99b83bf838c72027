internal import Resilience
internal import ResilienceInterfaces

/// A component's newest failure, and how exactly the time of failures and recoveries can be told of it.
struct ObservedFailure {
  /// What is about to be called back is not called before so much time: connections, pools and back-offs come first.
  private static let settling = Duration.seconds(10)
  /// What is known from breakers and calls only says nothing new while nothing is called: as long as breakers stay open.
  private static let lingering = Duration.seconds(60)
  /// Within so much time, at least, what needs something fails because of it, and not by itself at the same time.
  private static let spreading = Duration.seconds(30)

  /// The failure as it is believed, under way or over.
  private let believed: FailureSpan?
  /// The failure under way, also one that is not believed yet.
  let current: FailureSpan?
  /// How long it takes, at most, until a failure is believed.
  private let toFail: Duration
  /// How long it takes, at most, until it has recovered from the failure of something else.
  private let toRecover: Duration

  /// What a check knows.
  init(_ machine: HealthMachine) {
    let schedule = machine.schedule
    self.believed = machine.failure
    self.current =
      machine.state == .unhealthy ? machine.failure : FailureSpan(endOf: machine.samples, schedule)
    self.toFail = schedule.interval * Double(schedule.fall + 1) + schedule.timeout
    self.toRecover = schedule.interval * Double(schedule.rise + 2) + schedule.timeout + Self.settling
  }

  /// What evidence alone knows: what was noted at the last look, and whether it fails at present.
  init(_ noted: FailureSpan?, isFailing: Bool, lookInterval: Duration, at now: Instant) {
    let isNoted = noted.map { $0.end == nil } ?? false
    let begun = FailureSpan(earliest: noted?.end ?? now - lookInterval.nanoseconds, onset: now)
    self.believed = noted
    self.current = isNoted ? noted : isFailing ? begun : nil
    self.toFail = lookInterval * 2
    self.toRecover = Self.lingering
  }

  /// Whether it does not work, as far as is believed.
  var isUnderWay: Bool { self.believed.map { $0.end == nil } ?? false }

  /// Whether a failure of something that needs this one follows from this one's, as far as time can tell.
  ///
  /// It does where it may have begun with this one or soon after. Once this one works again, the other one has some time
  /// to follow; what fails on after that fails by itself.
  func explains(_ other: ObservedFailure, at now: Instant) -> Bool {
    guard let reason = self.believed, let late = other.current else { return false }
    guard late.onset >= reason.earliest else { return false }
    let reach = max(Self.spreading, self.toFail + other.toFail)
    let coincides = late.earliest - reason.onset <= reach.nanoseconds
    guard let end = reason.end else { return coincides }
    let stumbles = late.onset >= end - self.toFail.nanoseconds && late.onset - end <= other.toFail.nanoseconds
    return (coincides || stumbles) && now - end <= other.toRecover.nanoseconds
  }
}
