internal import Resilience

/// Cuts what a process prints into lines, bounded in length and in number: bytes and instants in, lines out.
struct OutputLines: Sendable {
  /// The longest line that is passed on, in bytes; the rest of a longer one is dropped.
  static let longestLine = 4_096
  /// How many lines a second are passed on; of what comes beyond, the number is told.
  static let mostLinesPerSecond = 200

  private var line: [UInt8] = []
  private var isCut = false
  private var second: Int64 = 0
  private var count = 0
  private var dropped = 0

  /// The complete lines in what was printed, as far as they may be passed on.
  mutating func add(_ bytes: [UInt8], at now: Instant) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == 10 {
        self.finish(&lines, at: now)
      } else if self.line.count < Self.longestLine {
        self.line.append(byte)
      } else {
        self.isCut = true
      }
    }
    return lines
  }

  /// What is left when the process has ended.
  mutating func end(at now: Instant) -> [String] {
    var lines: [String] = []
    if !self.line.isEmpty { self.finish(&lines, at: now) }
    if self.dropped > 0 { lines.append("(\(self.dropped) lines dropped)") }
    self.dropped = 0
    return lines
  }

  private mutating func finish(_ lines: inout [String], at now: Instant) {
    let second = now / 1_000_000_000
    if second != self.second {
      if self.dropped > 0 { lines.append("(\(self.dropped) lines dropped)") }
      (self.second, self.count, self.dropped) = (second, 0, 0)
    }
    if self.count < Self.mostLinesPerSecond {
      self.count += 1
      if self.line.last == 13 { self.line.removeLast() }
      lines.append(String(decoding: self.line, as: UTF8.self) + (self.isCut ? "…" : ""))
    } else {
      self.dropped += 1
    }
    self.line.removeAll(keepingCapacity: true)
    self.isCut = false
  }
}
