/// How many actions may be carried out within a length of time: what keeps healing from becoming a storm.
public struct HealingBudget: Sendable, Hashable {
  /// How many actions; at least 1.
  public var actions: Int
  /// Within which length of time, sliding.
  public var per: Duration

  /// Describes a budget; fewer than one action, or no time, are brought to one action and one second.
  public init(actions: Int, per: Duration) {
    self.actions = max(1, actions)
    self.per = max(.seconds(1), per)
  }
}
