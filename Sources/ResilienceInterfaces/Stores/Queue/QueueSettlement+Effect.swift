extension QueueSettlement {
  /// What a settlement does to an item whose claim it names.
  package enum Effect: Sendable, Equatable {
    /// The item changes.
    case change
    /// It was said before and counts again: an answer was lost.
    case repetition
    /// It does not count: something else has become of the item meanwhile.
    case none
  }

  /// What it does to an item in a state; the one place of the rule for stores that keep it in Swift.
  ///
  /// A claim that has ended (its item waits again) counts as long as nobody else has taken the item, which its token
  /// tells.
  package func effect(on state: QueueItem.State) -> Effect {
    switch (state, self.outcome) {
    case (.claimed, _), (.waiting, _): .change
    case (.completed, .completed), (.dead, .dead): .repetition
    case (.completed, _), (.dead, _), (.blocked, _): .none
    }
  }
}
