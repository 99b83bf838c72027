internal import NIOCore
internal import NIOHTTP1

/// Decodes a body in the chunked transfer coding (RFC 9112 §7.1), as its bytes come in.
struct ChunkedDecoder {
  private enum State {
    case size
    case data(Int)
    case dataEnd
    case trailers
  }

  /// What extensions may cost over the whole body; there is no honest use for more.
  private static let maxExtensionBytes = 16 * 1024
  private static let maxSizeLine = 512
  private static let trailerLimits = HeadLimits(maxBytes: 8 * 1024, maxFields: 100)

  private var state = State.size
  private var extensionBytes = 0
  private var trailerBytes = 0
  private(set) var trailers: HTTPHeaders?

  mutating func next(_ buffer: inout ByteBuffer) throws(MessageProblem) -> BodyDecoder.Step {
    while true {
      switch self.state {
      case .size:
        guard let line = try Self.line(&buffer, limit: Self.maxSizeLine) else { return .needsMore }
        let size = try self.size(line)
        self.state = size == 0 ? .trailers : .data(size)
      case .data(let remaining):
        guard let part = buffer.readSlice(length: min(remaining, buffer.readableBytes)), part.readableBytes > 0 else {
          return .needsMore
        }
        self.state = part.readableBytes == remaining ? .dataEnd : .data(remaining - part.readableBytes)
        return .part(part)
      case .dataEnd:
        guard let line = try Self.line(&buffer, limit: 2) else { return .needsMore }
        guard line.readableBytes == 0 else { throw .malformed("a chunk that is longer than its size") }
        self.state = .size
      case .trailers:
        guard let line = try Self.line(&buffer, limit: Self.trailerLimits.maxBytes) else { return .needsMore }
        if line.readableBytes == 0 { return .end }
        try self.addTrailer(line)
      }
    }
  }

  private mutating func size(_ line: ByteBuffer) throws(MessageProblem) -> Int {
    var size = 0
    var digits = 0
    for byte in line.readableBytesView {
      if let value = ASCII.hexValue(byte) {
        size = size << 4 | value
        digits += 1
        guard digits <= 15 else { throw .malformed("a chunk size that is too large") }
      } else {
        guard byte == ASCII.semicolon else { throw .malformed("a chunk size that is not a hexadecimal number") }
        break
      }
    }
    guard digits > 0 else { throw .malformed("a chunk without a size") }
    let extensions = line.readableBytesView.dropFirst(digits)
    self.extensionBytes += extensions.count
    guard self.extensionBytes <= Self.maxExtensionBytes, extensions.allSatisfy(ASCII.isFieldContent) else {
      throw .malformed("a chunk extension that is not allowed")
    }
    return size
  }

  private mutating func addTrailer(_ line: ByteBuffer) throws(MessageProblem) {
    self.trailerBytes += line.readableBytes + 2
    var trailers = self.trailers ?? HTTPHeaders()
    guard self.trailerBytes <= Self.trailerLimits.maxBytes, trailers.count < Self.trailerLimits.maxFields else {
      throw .headTooLarge
    }
    let field = try line.withUnsafeReadableBytes { bytes throws(MessageProblem) in
      try FieldParser(repairsText: true).parse(bytes[...])
    }
    trailers.add(name: field.name, value: field.value)
    self.trailers = trailers
  }

  /// Takes one line, without its line end, if it is there.
  private static func line(_ buffer: inout ByteBuffer, limit: Int) throws(MessageProblem) -> ByteBuffer? {
    let view = buffer.readableBytesView
    guard let newline = view.firstIndex(of: ASCII.lineFeed) else {
      guard view.count < limit else { throw .malformed("a line of the chunked coding that does not end") }
      return nil
    }
    let length = newline - view.startIndex
    guard length < limit, length > 0, view[newline - 1] == ASCII.carriageReturn else {
      throw .malformed("a line of the chunked coding that does not end in CR LF")
    }
    let line = buffer.readSlice(length: length - 1)
    buffer.moveReaderIndex(forwardBy: 2)
    return line
  }
}
