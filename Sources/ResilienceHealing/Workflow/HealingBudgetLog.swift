internal import Resilience

/// Counts actions in a sliding window, exactly: between any two instants a window apart there are never more than
/// the budget says.
///
/// Pure; keeps one instant per action inside of the window.
struct HealingBudgetLog: Sendable {
  private(set) var budget: HealingBudget
  private var spent: [Instant] = []

  init(_ budget: HealingBudget) { self.budget = budget }

  /// How many actions may be carried out now.
  mutating func left(at now: Instant) -> Int {
    let window = self.budget.per.nanoseconds
    self.spent.removeAll { now - $0 >= window }
    return max(0, self.budget.actions - self.spent.count)
  }

  /// Spends one action; the caller has asked for `left` first.
  mutating func spend(at now: Instant) { self.spent.append(now) }

  /// Goes on under another budget; what was spent stays spent.
  mutating func replace(_ budget: HealingBudget) { self.budget = budget }
}
