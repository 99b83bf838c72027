extension BulkheadMachine {
  /// What one tier is entitled to, in places.
  struct Share: Sendable, Equatable {
    var guaranteed = 0
    var maxQueue: Int
    var priority = 0
    var lends = true
  }

  /// The settings in whole numbers and nanoseconds, brought into range.
  struct Settings: Sendable, Equatable {
    let limit: Int
    let order: Bulkhead.Order
    /// The tiers' names; the share after the last is everybody else's.
    let names: [String]
    let shares: [Share]
    let maxHold: Int64?
    let reclaimsLeaks: Bool
    let isolatesAtLeaks: Int?
    /// Whether some tier's places are not lent.
    let keepsPlaces: Bool

    init(_ configuration: Bulkhead.Configuration) {
      let limit = min(1_000_000, max(1, configuration.maxConcurrent))
      let maxQueue = min(1_000_000, max(0, configuration.maxQueue))
      // A hair more, so that 0.1 of 10 is 1; and where anybody may wait, everybody may.
      let queue = { (part: Double) in maxQueue == 0 ? 0 : max(1, Int(part * Double(maxQueue) + 1e-9)) }
      self.limit = limit
      self.order = configuration.order
      self.names = configuration.tiers.map(\.name)
      var remaining = 1.0
      var shares: [Share] = []
      for tier in configuration.tiers {
        let part = tier.share.isNaN ? 0 : min(remaining, max(0, tier.share))
        remaining -= part
        shares.append(
          Share(
            guaranteed: Int(part * Double(limit) + 1e-9), maxQueue: queue(part), priority: tier.priority,
            lends: tier.lends))
      }
      // Tiers without a share of their own and calls without a tier divide what is not guaranteed.
      let others = configuration.tiers.indices.filter { !(configuration.tiers[$0].share > 0) }
      let rest = queue(remaining / Double(others.count + 1))
      for other in others { shares[other].maxQueue = rest }
      self.shares = shares + [Share(maxQueue: rest)]
      self.maxHold = configuration.maxHold.map { max(1, $0.nanoseconds) }
      self.reclaimsLeaks = configuration.reclaimsLeaks && configuration.maxHold != nil
      self.isolatesAtLeaks = configuration.isolatesAtLeaks.map { max(1, $0) }
      self.keepsPlaces = shares.contains { !$0.lends && $0.guaranteed > 0 }
    }

    /// Whether each permit has to be remembered.
    var tracks: Bool { !self.names.isEmpty || self.maxHold != nil }

    /// A tier's place among the shares; nobody's is that of the rest.
    func index(of tier: String?) -> Int {
      guard let tier, !self.names.isEmpty else { return self.names.count }
      return self.names.firstIndex(of: tier) ?? self.names.count
    }
  }
}
