/// Finds the end of a message's head while its bytes come in, and refuses one that grows beyond its limits.
///
/// It remembers how far it looked, so that a head that comes byte by byte costs no more than one that comes at once.
struct HeadScanner {
  private var searched = 0
  private var lineStart = 0
  private var lines = 0

  /// The head's length with its closing empty line, or `nil` as long as that is not there.
  mutating func scan(_ bytes: UnsafeRawBufferPointer, _ limits: HeadLimits) throws(MessageProblem) -> Int? {
    while let newline = bytes[self.searched...].firstIndex(of: ASCII.lineFeed) {
      guard newline < limits.maxBytes else { throw self.tooLarge }
      guard newline > self.lineStart, bytes[newline - 1] == ASCII.carriageReturn else {
        throw .malformed("a line of the head does not end in CR LF")
      }
      self.searched = newline + 1
      if newline - 1 == self.lineStart {
        guard self.lines > 0 else { throw .malformed("the head starts with an empty line") }
        return newline + 1
      }
      self.lineStart = newline + 1
      self.lines += 1
      guard self.lines - 1 <= limits.maxFields else { throw .headTooLarge }
    }
    self.searched = bytes.count
    guard bytes.count < limits.maxBytes else { throw self.tooLarge }
    return nil
  }

  private var tooLarge: MessageProblem { self.lines == 0 ? .requestLineTooLong : .headTooLarge }
}
