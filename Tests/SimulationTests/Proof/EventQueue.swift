import Resilience

/// What happens next in a world without tasks: a binary heap of plain numbers, quick enough for unoptimised builds.
struct EventQueue {
  struct Entry {
    var at: Instant
    var order: Int
    var kind: Int
    var who: Int
  }

  private var heap: [Entry] = []
  private var order = 0
  private(set) var now: Instant = 0

  mutating func add(_ kind: Int, _ who: Int, at instant: Instant) {
    self.order += 1
    let entry = Entry(at: instant, order: self.order, kind: kind, who: who)
    var index = self.heap.count
    self.heap.append(entry)
    self.heap.withUnsafeMutableBufferPointer { heap in
      while index > 0 {
        let parent = (index - 1) >> 1
        if heap[parent].at < instant || heap[parent].at == instant { break }
        heap[index] = heap[parent]
        index = parent
      }
      heap[index] = entry
    }
  }

  mutating func next() -> Entry? {
    guard let last = self.heap.popLast() else { return nil }
    guard let first = self.heap.first else {
      self.now = last.at
      return last
    }
    let count = self.heap.count
    self.heap.withUnsafeMutableBufferPointer { heap in
      var index = 0
      while true {
        var child = 2 * index + 1
        if child >= count { break }
        if child + 1 < count, Self.precedes(heap[child + 1], heap[child]) { child += 1 }
        if Self.precedes(last, heap[child]) { break }
        heap[index] = heap[child]
        index = child
      }
      heap[index] = last
    }
    self.now = first.at
    return first
  }

  private static func precedes(_ left: Entry, _ right: Entry) -> Bool {
    left.at < right.at || (left.at == right.at && left.order < right.order)
  }
}
