/// What waits to be sent: first in, first out, bounded; what does not fit is counted and dropped.
///
/// A batch that is under way stays in the queue until it is known what became of it, so that a collector that is away
/// for a moment loses nothing.
struct ExportQueue<Element: Sendable>: Sendable {
  private var elements: [Element] = []
  /// Where the first element is; what stands before has been sent.
  private var head = 0
  /// How many elements are under way.
  private(set) var underWay = 0
  /// How many were dropped because there was no room.
  private(set) var dropped = 0
  let capacity: Int

  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// How many wait, those under way included.
  var count: Int { self.elements.count - self.head }

  /// Takes one more; false if there is no room.
  mutating func append(_ element: Element) -> Bool {
    guard self.count < self.capacity else {
      self.dropped += 1
      return false
    }
    self.elements.append(element)
    return true
  }

  /// The next elements to send, at most `limit`; empty while a batch is under way.
  mutating func begin(_ limit: Int) -> [Element] {
    guard self.underWay == 0 else { return [] }
    let batch = Array(self.elements[self.head...].prefix(max(0, limit)))
    self.underWay = batch.count
    return batch
  }

  /// The batch has arrived, or will never be taken: it is gone.
  mutating func finish() {
    self.head += self.underWay
    self.underWay = 0
    // What has been sent is let go in large steps, so that taking one out costs a constant on average.
    if self.head * 2 >= self.elements.count {
      self.elements.removeFirst(self.head)
      self.head = 0
    }
  }

  /// The batch did not arrive: it is next again.
  mutating func giveBack() { self.underWay = 0 }

  /// What must always hold.
  func checkInvariants() {
    assert(self.head >= 0 && self.head <= self.elements.count, "the head is outside of the queue")
    assert(self.underWay >= 0 && self.underWay <= self.count, "more is under way than waits")
    assert(self.count <= self.capacity, "more waits than there is room for")
  }
}
