internal import NIOCore
internal import NIOHTTP1

/// Takes the parts of one message's body out of a connection's bytes.
struct BodyDecoder {
  /// What the bytes at hand gave.
  enum Step {
    case part(ByteBuffer)
    case needsMore
    case end
  }

  private enum Framing {
    case fixed(Int)
    case chunked(ChunkedDecoder)
    case untilClose
  }

  private var framing: Framing

  /// A body of a length that is declared; an undeclared one goes on until the connection ends.
  init(_ length: DeclaredLength) {
    switch length {
    case .fixed(let bytes): self.framing = .fixed(bytes)
    case .chunked: self.framing = .chunked(ChunkedDecoder())
    case .undeclared: self.framing = .untilClose
    }
  }

  /// Whether the connection's end is the body's end.
  var endsWithConnection: Bool {
    if case .untilClose = self.framing { true } else { false }
  }

  /// The fields after a chunked body, once its end was reached.
  var trailers: HTTPHeaders? {
    if case .chunked(let decoder) = self.framing { decoder.trailers } else { nil }
  }

  mutating func next(_ buffer: inout ByteBuffer) throws(MessageProblem) -> Step {
    switch self.framing {
    case .fixed(0):
      return .end
    case .fixed(let remaining):
      guard let part = Self.take(&buffer, atMost: remaining) else { return .needsMore }
      self.framing = .fixed(remaining - part.readableBytes)
      return .part(part)
    case .untilClose:
      return Self.take(&buffer, atMost: .max).map { .part($0) } ?? .needsMore
    case .chunked(var decoder):
      let step = try decoder.next(&buffer)
      self.framing = .chunked(decoder)
      return step
    }
  }

  private static func take(_ buffer: inout ByteBuffer, atMost limit: Int) -> ByteBuffer? {
    guard buffer.readableBytes > 0 else { return nil }
    return buffer.readSlice(length: min(limit, buffer.readableBytes))
  }
}
