import ResilienceInterfaces

@testable import ResilienceHealing

/// One run, written as straight loops: what a reader would write without a state machine.
struct ReferenceRun {
  let policy: HealingPolicy
  let actions: Int
  /// What each order is answered with, in order; a script that is too short says that all goes well.
  var script: [Bool]
  private(set) var orders: [HealingRunMachine.Order] = []

  init(policy: HealingPolicy, actions: Int, script: [Bool]) {
    self.policy = policy
    self.actions = actions
    self.script = script
  }

  private mutating func goesWell() -> Bool { self.script.isEmpty ? true : self.script.removeFirst() }

  /// Every order of the run.
  mutating func run() -> [HealingRunMachine.Order] {
    for attempt in 1...max(1, self.policy.maxAttempts) {
      var done: [Int] = []
      var isHealed = true
      for action in 0..<self.actions {
        self.orders.append(.act(action))
        done.append(action)
        if !self.goesWell() {
          isHealed = false
          break
        }
      }
      if isHealed {
        self.orders.append(.verify)
        isHealed = self.goesWell()
      }
      if isHealed {
        self.orders.append(.end(.healed, tellsPerson: false))
        return self.orders
      }
      for action in done.reversed() where self.policy.rollsBack {
        self.orders.append(.undo(action))
        if !self.goesWell() {
          self.orders.append(.end(.failed, tellsPerson: true))
          return self.orders
        }
      }
      if attempt < self.policy.maxAttempts {
        var wait = self.policy.backoff
        for _ in 1..<attempt { wait = min(wait * 2, self.policy.maxBackoff) }
        self.orders.append(.wait(min(wait, self.policy.maxBackoff)))
      }
    }
    self.orders.append(.end(.failed, tellsPerson: true))
    return self.orders
  }
}
