/// The end of what a program has printed.
struct OutputTail: Sendable {
  private let limit: Int
  private var bytes: [UInt8] = []
  private var isCut = false

  init(limit: Int) { self.limit = limit }

  mutating func append(_ more: [UInt8]) {
    self.bytes += more
    guard self.bytes.count > self.limit else { return }
    self.bytes.removeFirst(self.bytes.count - self.limit)
    self.isCut = true
  }

  /// The text; where something was cut off, beginning with an ellipsis.
  var text: String {
    let text = String(decoding: self.bytes, as: UTF8.self)
    var trimmed = text[...]
    while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
    return (self.isCut ? "…" : "") + trimmed
  }
}
