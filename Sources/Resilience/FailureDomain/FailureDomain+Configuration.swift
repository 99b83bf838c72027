extension FailureDomain {
  /// The settings of a failure domain.
  ///
  /// A rule that is nil does not judge; without rules a domain is isolated by hand only.
  public struct Configuration: Sendable, Equatable {
    /// Isolates the domain when so many of its members fail: 1 or more, nil, the default, is off.
    public var failingMembers: Int?
    /// Isolates the domain when this share of its members fails: more than 0, at most 1; nil, the
    /// default, is off.
    public var failingShare: Double?
    /// How long a rule isolates before calls pass again to see how it is: more than 0, default 30 s.
    ///
    /// Then everything that was heard of members is forgotten: their breakers decide anew.
    public var isolationDuration: Duration

    /// Makes settings.
    public init(
      failingMembers: Int? = nil, failingShare: Double? = nil, isolationDuration: Duration = .seconds(30)
    ) {
      self.failingMembers = failingMembers
      self.failingShare = failingShare
      self.isolationDuration = isolationDuration
    }

    /// What makes no sense, if anything.
    public var problems: [InvalidConfiguration.Problem] {
      var problems: [InvalidConfiguration.Problem] = []
      func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
        if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
      }
      if let count = self.failingMembers { require(count > 0, "failingMembers", count, "1 or more") }
      if let share = self.failingShare { require(share > 0 && share <= 1, "failingShare", share, "0…1, not 0") }
      require(
        self.isolationDuration > .zero, "isolationDuration", self.isolationDuration, "more than 0")
      return problems
    }
  }
}
