/// How much of an answer is believed; a server that sends more is taken for broken, before its claims cost memory.
public struct RESPLimits: Sendable, Equatable {
  /// The longest line, in bytes; default 64 KiB.
  public var line: Int
  /// The largest text and the largest whole answer, in bytes; default 256 MiB.
  public var message: Int
  /// The most values in one answer, at all depths; default 1,048,576.
  public var elements: Int
  /// The deepest nesting; default 32.
  public var depth: Int

  /// Describes limits; less than 1 is taken for 1, and a line of less than 64 bytes for 64.
  public init(line: Int = 64 << 10, message: Int = 256 << 20, elements: Int = 1 << 20, depth: Int = 32) {
    self.line = max(64, line)
    self.message = max(1, message)
    self.elements = max(1, elements)
    self.depth = max(1, depth)
  }
}
