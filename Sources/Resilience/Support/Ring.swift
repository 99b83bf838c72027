/// The last few of something: a bounded buffer that forgets the oldest.
struct Ring<Element>: Sequence {
  private var elements: [Element] = []
  private var oldest = 0
  let capacity: Int

  init(capacity: Int) { self.capacity = Swift.max(1, capacity) }

  var isEmpty: Bool { self.elements.isEmpty }
  var last: Element? {
    guard !self.elements.isEmpty else { return nil }
    return self.elements[(self.oldest + self.elements.count - 1) % self.elements.count]
  }

  mutating func append(_ element: Element) {
    if self.elements.count < self.capacity {
      self.elements.append(element)
    } else {
      self.elements[self.oldest] = element
      self.oldest = (self.oldest + 1) % self.capacity
    }
  }

  mutating func removeAll() {
    self.elements.removeAll(keepingCapacity: true)
    self.oldest = 0
  }

  /// From the oldest to the newest.
  func makeIterator() -> IndexingIterator<[Element]> {
    Array(self.elements[self.oldest...] + self.elements[..<self.oldest]).makeIterator()
  }
}
extension Ring: Sendable where Element: Sendable {}
