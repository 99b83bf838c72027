internal import Synchronization

/// Makes retries wait longer for a dependency that needs time, and shorter again as it recovers.
///
/// The back-off's delay is multiplied by two numbers, before jitter and up to the longest delay:
/// - a factor for the kind of failure: rate limit, overload (unavailable, time-out), connection, anything else;
/// - the pressure, `1 + (maxPressure − 1) × f`, where `f` is the share of recent attempts that failed (an exponentially
///   weighted average over `memory` attempts): 1 while all is well, `maxPressure` while nothing works.
///
/// Give one to everybody who calls the dependency: what one caller sees the others heed. `Retry-After` is never
/// shortened. Cost: one atomic load per success while the dependency is healthy, one exchange otherwise.
public final class AdaptiveDelay: Sendable {
  /// What it was made with.
  public let configuration: Configuration
  /// The failure share, as the bits of a floating-point number.
  private let share = Atomic<UInt64>(0)

  /// Makes one for a healthy dependency; settings out of range are brought to the nearest that is allowed.
  public init(_ configuration: Configuration = Configuration()) { self.configuration = configuration }

  /// The share of recent attempts that failed, 0…1.
  public var failureShare: Double { self.machine(self.share.load(ordering: .relaxed)).failureShare }

  /// By what the delay after such a failure is multiplied now.
  public func scale(after category: FailureCategory) -> Double {
    self.machine(self.share.load(ordering: .relaxed)).scale(after: category)
  }

  /// An attempt has failed.
  ///
  /// - Returns: By what the delay before the next one is multiplied.
  func failed(_ category: FailureCategory) -> Double { self.change { $0.failed() }.scale(after: category) }

  /// An attempt has succeeded.
  func succeeded() {
    if self.share.load(ordering: .relaxed) != 0 { self.change { $0.succeeded() } }
  }

  private func machine(_ word: UInt64) -> AdaptiveDelayMachine {
    AdaptiveDelayMachine(self.configuration, failureShare: Double(bitPattern: word))
  }

  @discardableResult
  private func change(_ body: (inout AdaptiveDelayMachine) -> Void) -> AdaptiveDelayMachine {
    var old = self.share.load(ordering: .relaxed)
    while true {
      var machine = self.machine(old)
      body(&machine)
      let exchange = self.share.weakCompareExchange(
        expected: old, desired: machine.failureShare.bitPattern, ordering: .relaxed)
      if exchange.exchanged { return machine }
      old = exchange.original
    }
  }
}
