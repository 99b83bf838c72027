extension Bulkhead.Configuration {
  /// What makes no sense, if anything.
  public var problems: [InvalidConfiguration.Problem] {
    var problems: [InvalidConfiguration.Problem] = []
    func require(_ holds: Bool, _ setting: String, _ found: some Any, _ allowed: String) {
      if !holds { problems.append(.init(setting, found: "\(found)", allowed: allowed)) }
    }
    func requirePositive(_ length: Duration?, _ setting: String) {
      if let length { require(length > .zero, setting, length, "more than 0") }
    }
    require((1...1_000_000).contains(self.maxConcurrent), "maxConcurrent", self.maxConcurrent, "1…1,000,000")
    require((0...1_000_000).contains(self.maxQueue), "maxQueue", self.maxQueue, "0…1,000,000")
    requirePositive(self.maxWait, "maxWait")
    for tier in self.tiers {
      require(tier.share >= 0 && tier.share <= 1, "tiers.\(tier.name).share", tier.share, "0…1")
    }
    let total = self.tiers.map(\.share).reduce(0, +)
    require(total <= 1.000_001 || total.isNaN, "tiers", "\(total) in total", "shares of at most 1 together")
    let names = Set(self.tiers.map(\.name))
    require(names.count == self.tiers.count, "tiers", "\(self.tiers.map(\.name))", "each name once")
    if self.maxQueue == 0, self.tiers.contains(where: \.lends) {
      require(false, "maxQueue", self.maxQueue, "1 or more with tiers that lend: a lent place is waited for")
    }
    requirePositive(self.maxExecution, "maxExecution")
    requirePositive(self.maxHold, "maxHold")
    if let count = self.isolatesAtLeaks { require(count > 0, "isolatesAtLeaks", count, "1 or more") }
    require(
      self.maxHold != nil || !(self.reclaimsLeaks || self.isolatesAtLeaks != nil), "maxHold", "nil",
      "a length, or leaks are never noticed")
    return problems
  }
}
