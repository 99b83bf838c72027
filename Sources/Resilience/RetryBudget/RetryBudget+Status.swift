extension RetryBudget {
  /// What a budget holds at a moment, and what it has decided since it was made.
  public struct Status: Sendable, Equatable {
    /// How many extra attempts could begin now; fractions are deposits on the way to one.
    public let available: Double
    /// How many extra attempts were granted.
    public let granted: Int
    /// How many were refused because the budget was spent.
    public let refused: Int
    /// Calls under way; counted in the concurrent form only.
    public let inFlight: Int
    /// Extra attempts under way; counted in the concurrent form only.
    public let extraAttempts: Int
  }
}
