import ResilienceSimulation
import Testing

@testable import Resilience

/// The linked store against a list that is searched from end to end.
@Suite struct RecencyStoreModelTests {
  private struct Naive {
    var entries: [(key: Int, value: Int, at: Instant, cost: Int)] = []  // the last is the newest
    let maxAge: Int64
    let maxEntries: Int
    let maxCost: Int

    var cost: Int { self.entries.reduce(0) { $0 + $1.cost } }

    mutating func store(_ value: Int, _ key: Int, _ cost: Int, _ now: Instant) {
      self.entries.removeAll { $0.key == key }
      if cost > self.maxCost || self.maxEntries == 0 { return }
      self.entries.append((key, value, now, cost))
      while self.entries.count > self.maxEntries || self.cost > self.maxCost { self.entries.removeFirst() }
    }

    mutating func find(_ key: Int, _ now: Instant) -> Int? {
      guard let index = self.entries.firstIndex(where: { $0.key == key }) else { return nil }
      let entry = self.entries.remove(at: index)
      guard now - entry.at <= self.maxAge else { return nil }
      self.entries.append(entry)
      return entry.value
    }
  }

  @Test("R4.2 the bounded cache holds what a list of the most recently used would hold", arguments: UInt64(0)..<40)
  func model(seed: UInt64) {
    var chance = SeededGenerator(seed: seed)
    let maxEntries = Int(chance.next() % 12)
    let maxCost = Int(chance.next() % 40)
    let maxAge = Int64(chance.next() % 50)
    var store = RecencyStore<Int, Int>(maxAge: maxAge, maxEntries: maxEntries, maxCost: maxCost)
    var naive = Naive(maxAge: maxAge, maxEntries: maxEntries, maxCost: maxCost)
    var now: Instant = 0
    for number in 0..<1_000 {
      now += Int64(chance.next() % 5)
      let key = Int(chance.next() % 15)
      switch chance.next() % 10 {
      case 0..<5:
        let cost = Int(chance.next() % 12)
        store.store(number, for: key, cost: cost, at: now)
        naive.store(number, key, cost, now)
      case 5..<9: #expect(store.find(key, at: now)?.value == naive.find(key, now))
      default:
        store.remove(key)
        naive.entries.removeAll { $0.key == key }
      }
      #expect(store.count == naive.entries.count && store.cost == naive.cost)
      #expect(store.count <= maxEntries && store.cost <= maxCost)
    }
  }
}
