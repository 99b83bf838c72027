/// A bounded dictionary that forgets what was not used for the longest.
///
/// A value: no lock, no clock.
///
/// A dictionary of nodes linked by index in the order of their last use. Storing and finding are O(1).
package struct RecencyStore<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  struct Node: Sendable {
    var key: Key
    var value: Value
    var storedAt: Instant
    var cost: Int
    var newer: Int
    var older: Int
  }

  let maxAge: Int64
  private(set) var maxEntries: Int
  private(set) var maxCost: Int
  private var nodes: [Node?] = []
  private var free: [Int] = []
  private var places: [Key: Int] = [:]
  private var newest = -1
  private var oldest = -1
  private(set) var cost = 0

  package init(maxAge: Int64, maxEntries: Int, maxCost: Int) {
    self.maxAge = maxAge
    self.maxEntries = max(0, maxEntries)
    self.maxCost = max(0, maxCost)
  }

  /// Everything that is remembered, in no order.
  package var values: [Value] { self.nodes.compactMap { $0?.value } }
  package var count: Int { self.places.count }

  package mutating func store(_ value: Value, for key: Key, cost: Int, at now: Instant) {
    self.remove(key)
    let cost = max(0, cost)
    guard cost <= self.maxCost, self.maxEntries > 0 else { return }  // heavier than everything together may be
    self.shrink(toEntries: self.maxEntries - 1, cost: self.maxCost - cost)  // before adding: the sum may overflow
    let place = self.free.popLast() ?? self.nodes.count
    let node = Node(key: key, value: value, storedAt: now, cost: cost, newer: -1, older: -1)
    if place == self.nodes.count { self.nodes.append(node) } else { self.nodes[place] = node }
    self.places[key] = place
    self.cost += cost
    self.linkNewest(place)
  }

  /// Other bounds from now on.
  mutating func resize(maxEntries: Int, maxCost: Int) {
    self.maxEntries = max(0, maxEntries)
    self.maxCost = max(0, maxCost)
    self.shrink(toEntries: self.maxEntries, cost: self.maxCost)
  }

  private mutating func shrink(toEntries entries: Int, cost: Int) {
    while self.count > entries || self.cost > cost, self.oldest >= 0 { self.drop(self.oldest) }
  }

  package mutating func find(_ key: Key, at now: Instant) -> (value: Value, age: Int64)? {
    guard let place = self.places[key], let node = self.nodes[place] else { return nil }
    guard now - node.storedAt <= self.maxAge else {
      self.drop(place)
      return nil
    }
    self.unlink(place)
    self.linkNewest(place)
    return (node.value, max(0, now - node.storedAt))
  }

  package mutating func remove(_ key: Key) {
    if let place = self.places[key] { self.drop(place) }
  }

  private mutating func drop(_ place: Int) {
    guard let node = self.nodes[place] else { return }
    self.unlink(place)
    self.nodes[place] = nil
    self.places[node.key] = nil
    self.free.append(place)
    self.cost -= node.cost
  }

  private mutating func unlink(_ place: Int) {
    guard let node = self.nodes[place] else { return }
    if node.newer >= 0 { self.nodes[node.newer]?.older = node.older } else { self.newest = node.older }
    if node.older >= 0 { self.nodes[node.older]?.newer = node.newer } else { self.oldest = node.newer }
  }

  private mutating func linkNewest(_ place: Int) {
    self.nodes[place]?.newer = -1
    self.nodes[place]?.older = self.newest
    if self.newest >= 0 { self.nodes[self.newest]?.newer = place } else { self.oldest = place }
    self.newest = place
  }
}
