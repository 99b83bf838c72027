public import Resilience

/// How often a check is made, how long it may take, and how many results in a row it takes to change an opinion.
public struct CheckSchedule: Sendable, Hashable {
  /// From the beginning of one check to that of the next; default 30 s, at least 1 ms.
  public var interval: Duration
  /// How long one check may take; default 10 s, at least 1 ms.
  ///
  /// What takes longer counts as failed, and once more each interval until it ends; meanwhile no other one begins.
  public var timeout: Duration
  /// By which part the interval varies, so that checks of many instances do not march in step; default 0.1, 0…0.5.
  public var jitter: Double
  /// How many better results in a row it takes to believe in recovery; default 2, 1…20.
  public var rise: Int
  /// How many worse results in a row it takes to believe in a failure; default 3, 1…20.
  public var fall: Int

  /// Describes a schedule; values out of range are brought to the nearest that is allowed.
  public init(
    interval: Duration = .seconds(30), timeout: Duration = .seconds(10), jitter: Double = 0.1, rise: Int = 2,
    fall: Int = 3
  ) {
    self.interval = max(.milliseconds(1), interval)
    self.timeout = max(.milliseconds(1), timeout)
    self.jitter = jitter.isNaN ? 0 : min(0.5, max(0, jitter))
    self.rise = min(20, max(1, rise))
    self.fall = min(20, max(1, fall))
  }

  /// Makes a schedule of settings that are checked.
  ///
  /// - Throws: `InvalidConfiguration` with everything that makes no sense.
  public init(
    validating name: String, interval: Duration = .seconds(30), timeout: Duration = .seconds(10),
    jitter: Double = 0.1, rise: Int = 2, fall: Int = 3
  ) throws(InvalidConfiguration) {
    self.init(interval: interval, timeout: timeout, jitter: jitter, rise: rise, fall: fall)
    var problems: [InvalidConfiguration.Problem] = []
    func note(_ setting: String, _ isKept: Bool, _ found: Any, _ allowed: String) {
      if !isKept { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
    }
    note("interval", self.interval == interval, interval, "at least 1 ms")
    note("timeout", self.timeout == timeout, timeout, "at least 1 ms")
    note("jitter", self.jitter == jitter, jitter, "0…0.5")
    note("rise", self.rise == rise, rise, "1…20")
    note("fall", self.fall == fall, fall, "1…20")
    guard problems.isEmpty else { throw InvalidConfiguration("health check '\(name)'", problems) }
  }
}
