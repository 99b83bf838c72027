/// The answers, as bytes to be written.
///
/// JSON by hand: what is answered has a handful of keys, and texts of the events are written back as they came.
struct TraceAnswer {
  private(set) var bytes: [UInt8] = []

  init() { self.bytes.reserveCapacity(1 << 17) }

  mutating func clear() { self.bytes.removeAll(keepingCapacity: true) }

  /// Takes back what an event has said that was none.
  mutating func shorten(to count: Int) { self.bytes.removeSubrange(count...) }

  mutating func begin(_ number: Int, _ event: borrowing TraceEvent) {
    self.add("{\"n\":")
    self.add(number)
    self.add(",\"t\":")
    self.bytes.append(contentsOf: event.timeText)
    self.add(",\"op\":\"")
    self.bytes.append(contentsOf: event.operation.rawValue.utf8)
    self.add("\"")
    if event.id.count > 0 {
      self.add(",\"id\":")
      self.bytes.append(contentsOf: event.id)
    }
  }

  mutating func end() { self.add("}\n") }

  mutating func add(_ text: StaticString) {
    self.bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  mutating func add(_ text: String) { self.bytes.append(contentsOf: text.utf8) }

  mutating func add(_ value: Int) {
    if (0..<10).contains(value) { return self.bytes.append(0x30 + UInt8(value)) }
    self.add("\(value)")
  }

  mutating func add(_ value: Bool) { value ? self.add("true" as StaticString) : self.add("false" as StaticString) }

  /// Nanoseconds as milliseconds, with as many decimals as they need.
  mutating func add(milliseconds nanoseconds: Int64) {
    self.add("\(nanoseconds / 1_000_000)")
    var rest = nanoseconds % 1_000_000
    guard rest > 0 else { return }
    self.bytes.append(0x2E)
    var unit: Int64 = 100_000
    while rest > 0 {
      self.bytes.append(0x30 + UInt8(rest / unit))
      rest %= unit
      unit /= 10
    }
  }
}
