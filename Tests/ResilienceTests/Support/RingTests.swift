import Testing

@testable import Resilience

@Suite struct RingTests {
  @Test("a ring holds the last few, from the oldest to the newest", arguments: [1, 2, 3, 7])
  func last(capacity: Int) {
    var ring = Ring<Int>(capacity: capacity)
    #expect(ring.isEmpty && ring.last == nil)
    for number in 0..<20 {
      ring.append(number)
      #expect(Array(ring) == Array((0...number).suffix(capacity)) && ring.last == number)
    }
    ring.removeAll()
    #expect(ring.isEmpty && Array(ring) == [])
    ring.append(5)
    #expect(Array(ring) == [5])
  }
}
