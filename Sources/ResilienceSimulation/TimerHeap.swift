internal import Resilience

/// The armed timers, the earliest first, and of those with one deadline the one that was armed first.
///
/// A binary heap. A timer that is taken back stays in it, marked as gone, until its turn comes or too many are gone.
struct TimerHeap {
  private struct Armed {
    var deadline: Instant
    var order: UInt64
    var timer: TimerEntry

    func precedes(_ other: Armed) -> Bool {
      self.deadline < other.deadline || (self.deadline == other.deadline && self.order < other.order)
    }
  }

  private var heap: [Armed] = []
  /// Which entry of the heap holds for a timer; the heap keeps timers alive, so that none takes another's identity.
  private var live: [ObjectIdentifier: UInt64] = [:]
  private var order: UInt64 = 0

  mutating func arm(_ timer: TimerEntry, at deadline: Instant) {
    self.order += 1
    self.live[ObjectIdentifier(timer)] = self.order
    self.heap.append(Armed(deadline: deadline, order: self.order, timer: timer))
    self.rise()
  }

  mutating func disarm(_ timer: TimerEntry) {
    guard self.live.removeValue(forKey: ObjectIdentifier(timer)) != nil else { return }
    guard self.heap.count > 64, self.heap.count > 4 * self.live.count else { return }
    self.heap.removeAll { self.live[ObjectIdentifier($0.timer)] != $0.order }
    self.heap.sort { $0.precedes($1) }
  }

  /// Takes the earliest timer, unless its deadline is later than that.
  mutating func take(until limit: Instant) -> (deadline: Instant, timer: TimerEntry)? {
    while let first = self.heap.first {
      let id = ObjectIdentifier(first.timer)
      let isLive = self.live[id] == first.order
      if isLive, first.deadline > limit { return nil }
      self.removeFirst()
      guard isLive else { continue }
      self.live[id] = nil
      return (first.deadline, first.timer)
    }
    return nil
  }

  private mutating func rise() {
    var index = self.heap.count - 1
    while index > 0 {
      let parent = (index - 1) / 2
      guard self.heap[index].precedes(self.heap[parent]) else { return }
      self.heap.swapAt(index, parent)
      index = parent
    }
  }

  private mutating func removeFirst() {
    guard let last = self.heap.popLast(), !self.heap.isEmpty else { return }
    self.heap[0] = last
    var index = 0
    while true {
      var child = 2 * index + 1
      guard child < self.heap.count else { return }
      if child + 1 < self.heap.count, self.heap[child + 1].precedes(self.heap[child]) { child += 1 }
      guard self.heap[child].precedes(self.heap[index]) else { return }
      self.heap.swapAt(child, index)
      index = child
    }
  }
}
