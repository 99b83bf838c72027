/// Walks over the lines of a complete head, each without its line end.
struct HeadLines {
  private var rest: UnsafeRawBufferPointer.SubSequence

  init(_ head: UnsafeRawBufferPointer) { self.rest = head[...] }

  /// The next line, or `nil` at the empty one that closes the head.
  mutating func next() -> UnsafeRawBufferPointer.SubSequence? {
    guard let newline = self.rest.firstIndex(of: ASCII.lineFeed), newline > self.rest.startIndex else { return nil }
    let line = self.rest[..<(newline - 1)]
    self.rest = self.rest[(newline + 1)...]
    return line.isEmpty ? nil : line
  }
}
