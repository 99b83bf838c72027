internal import Resilience
internal import ResilienceInterfaces

/// One run: detect → act → verify → (roll back), with attempts and waits; reports in, orders out.
///
/// Pure: knows no clock, carries nothing out. Every sequence of reports ends it: attempts are bounded, and each has a
/// bounded number of orders.
struct HealingRunMachine: Sendable {
  /// What is to be done next.
  enum Order: Sendable, Equatable {
    /// Carry out the action of that index.
    case act(Int)
    /// Look until the trouble is over, or the time is.
    case verify
    /// Undo the action of that index.
    case undo(Int)
    /// Wait before the next attempt.
    case wait(Duration)
    /// It is over; whether a person has to be told.
    case end(HealingRun.Result, tellsPerson: Bool)
  }

  /// What came of the last order.
  enum Report: Sendable, Equatable {
    /// The action was carried out, or failed.
    case acted(Bool)
    /// The trouble is over, or is not in time.
    case verified(Bool)
    /// The undoing is done, or failed.
    case undone(Bool)
    /// The wait is over.
    case waited
    /// Healing was stopped: nothing else may be done.
    case stopped
    /// The action may not be carried out: a budget is spent, or its intent cannot be written down.
    case refused
  }

  private let policy: HealingPolicy
  private let actions: Int
  /// Which attempt it is at, from 1.
  private(set) var attempt: Int
  /// The actions of this attempt that may have had an effect, in order.
  private var performed: [Int] = []
  private var isRefused = false

  /// A run that begins.
  init(_ policy: HealingPolicy, actions: Int) {
    self.policy = policy
    self.actions = actions
    self.attempt = 1
  }

  /// A run that a crash has interrupted: it is verified, and rolled back if that fails; no action is tried again.
  init(resuming policy: HealingPolicy, actions: Int, performed: [Int]) {
    self.policy = policy
    self.actions = actions
    self.attempt = max(1, policy.maxAttempts)
    self.performed = performed
  }

  /// The first order of a run that begins.
  func begin() -> Order { self.actions > 0 ? .act(0) : .verify }

  /// The next order; after `.end` there is none to ask for.
  mutating func next(after report: Report, of order: Order) -> Order {
    switch (report, order) {
    case (.stopped, _): return .end(.stopped, tellsPerson: false)
    case (.refused, _):
      self.isRefused = true
      return self.fail()
    case (.acted(let isDone), .act(let index)):
      // An action that failed may have had half of its effect.
      self.performed.append(index)
      guard isDone else { return self.fail() }
      return index + 1 < self.actions ? .act(index + 1) : .verify
    case (.verified(true), _): return .end(.healed, tellsPerson: false)
    case (.verified(false), _): return self.fail()
    case (.undone(true), _): return self.undoNext()
    case (.undone(false), _):
      // Nobody knows what the state is now: no further attempt on top of it.
      return .end(self.isRefused ? .refused : .failed, tellsPerson: true)
    case (.waited, _):
      self.attempt += 1
      self.performed = []
      return self.begin()
    case (.acted, _): return self.fail()
    }
  }

  private mutating func fail() -> Order { self.policy.rollsBack ? self.undoNext() : self.afterFailure() }

  private mutating func undoNext() -> Order {
    guard let last = self.performed.popLast() else { return self.afterFailure() }
    return .undo(last)
  }

  private func afterFailure() -> Order {
    if self.isRefused { return .end(.refused, tellsPerson: true) }
    guard self.attempt < self.policy.maxAttempts else { return .end(.failed, tellsPerson: true) }
    return .wait(self.policy.wait(afterAttempt: self.attempt))
  }
}
