@testable import Resilience

/// What a bulkhead has to decide, as plainly as possible: two lists, looked through from scratch each time.
///
/// Shares no code with the real one.
struct ReferenceBulkhead {
  struct Rules {
    var limit = 2
    var order = "fifo"
    /// By tier, the last being everybody else's.
    var guaranteed = [0]
    var maxQueue = [2]
    var rank = [0]
    var lends = [true]
    var hold: Int64?
    var reclaims = false
  }
  struct Person: Equatable {
    let ticket: UInt64
    let tier: Int
    var priority = 0
    var since: Int64 = 0
    var told = false
  }

  let rules: Rules
  var inside: [Person] = []
  var queue: [Person] = []
  /// Still out, but their places are others'.
  var written: [UInt64] = []

  func running(_ tier: Int) -> Int { self.inside.count { $0.tier == tier } }

  func mayEnter(_ tier: Int) -> Bool {
    let free = self.rules.limit - self.inside.count
    if free <= 0 { return false }
    let owed = self.running(tier) < self.rules.guaranteed[tier]
    if owed && !self.rules.lends[tier] { return true }
    var left = free
    for other in self.rules.lends.indices where !self.rules.lends[other] && other != tier {
      left -= max(0, self.rules.guaranteed[other] - self.running(other))
    }
    return left > 0
  }

  /// Those of a tier in the order of their turns.
  private func turns(_ tier: Int) -> [Person] {
    let all = self.queue.filter { $0.tier == tier }.sorted { $0.ticket < $1.ticket }
    switch self.rules.order {
    case "lifo": return all.reversed()
    case "priority":
      return Set(all.map(\.priority)).sorted(by: >).flatMap { rank in all.filter { $0.priority == rank } }
    default: return all
    }
  }

  private func nextOne() -> Person? {
    let heads = self.rules.rank.indices.compactMap { tier in self.mayEnter(tier) ? self.turns(tier).first : nil }
    return heads.min { left, right in self.key(left).lexicographicallyPrecedes(self.key(right)) }
  }

  private func key(_ person: Person) -> [Double] {
    let own = Double(self.rules.guaranteed[person.tier])
    let owed = Double(self.running(person.tier)) < own
    return [
      owed ? 0 : 1, Double(-self.rules.rank[person.tier]), Double(self.running(person.tier)) / max(1, own),
      Double(person.ticket),
    ]
  }

  mutating func settle(_ now: Int64) -> [UInt64] {
    var granted: [UInt64] = []
    while let next = self.nextOne() {
      self.queue.removeAll { $0.ticket == next.ticket }
      self.inside.append(Person(ticket: next.ticket, tier: next.tier, since: now))
      granted.append(next.ticket)
    }
    return granted
  }

  /// `in`, `waits`, `waits instead of 3` or `full`.
  mutating func arrive(_ person: Person, _ now: Int64) -> String {
    if self.mayEnter(person.tier) {
      self.inside.append(Person(ticket: person.ticket, tier: person.tier, since: now))
      return "in"
    }
    let mine = self.turns(person.tier)
    if mine.count < self.rules.maxQueue[person.tier] {
      self.queue.append(person)
      return "waits"
    }
    guard self.rules.order == "priority", let last = mine.last, last.priority < person.priority else { return "full" }
    self.queue.removeAll { $0.ticket == last.ticket }
    self.queue.append(person)
    return "waits instead of \(last.ticket)"
  }

  mutating func leave(_ ticket: UInt64) -> String {
    if self.written.contains(ticket) {
      self.written.removeAll { $0 == ticket }
      return "late"
    }
    self.inside.removeAll { $0.ticket == ticket }
    return "lease"
  }

  mutating func leaks(_ now: Int64) -> [UInt64] {
    guard let hold = self.rules.hold else { return [] }
    let leaking = self.inside.filter { !$0.told && now - $0.since >= hold }.map(\.ticket).sorted()
    for index in self.inside.indices where leaking.contains(self.inside[index].ticket) {
      self.inside[index].told = true
    }
    if self.rules.reclaims {
      self.inside.removeAll { leaking.contains($0.ticket) }
      self.written += leaking
    }
    return leaking
  }
}
