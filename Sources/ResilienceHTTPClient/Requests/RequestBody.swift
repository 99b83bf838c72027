public import NIOCore

/// What a request carries, and whether it can be carried again.
///
/// Bytes and replayable streams are sent anew with every attempt. A one-time stream is sent once: as soon as its first
/// part was asked for there is no further attempt, whatever went wrong.
public struct RequestBody: Sendable {
  enum Storage: Sendable {
    case none
    case bytes(ByteBuffer)
    case once(ErasedStream, Consumption)
    case replayable(ErasedStream)
  }

  let storage: Storage
  /// The length in bytes where it is known; nil sends the body in chunks.
  let length: Int64?

  /// No body.
  public static var none: RequestBody { RequestBody(storage: .none, length: nil) }

  /// Bytes in memory; sent anew with every attempt.
  public static func bytes(_ buffer: ByteBuffer) -> RequestBody {
    RequestBody(storage: .bytes(buffer), length: Int64(buffer.readableBytes))
  }

  /// Bytes in memory; sent anew with every attempt.
  public static func bytes(_ bytes: [UInt8]) -> RequestBody { .bytes(ByteBuffer(bytes: bytes)) }

  /// Text in UTF-8; sent anew with every attempt.
  public static func text(_ text: String) -> RequestBody { .bytes(ByteBuffer(string: text)) }

  /// A stream that can be read once.
  ///
  /// A request whose stream was touched is never repeated.
  ///
  /// - Parameters:
  ///   - stream: The parts.
  ///   - length: How many bytes there are in all; nil sends them in chunks.
  public static func stream<Parts: AsyncSequence & Sendable>(
    _ stream: Parts, length: Int64? = nil
  ) -> RequestBody where Parts.Element == ByteBuffer {
    let consumption = Consumption()
    return RequestBody(storage: .once(ErasedStream(consumption) { stream }, consumption), length: length)
  }

  /// A stream that can be made again, for example of a file; every attempt gets a new one.
  ///
  /// - Parameters:
  ///   - length: How many bytes there are in all; nil sends them in chunks.
  ///   - make: Makes the parts, once per attempt.
  public static func replayable<Parts: AsyncSequence & Sendable>(
    length: Int64? = nil, _ make: @escaping @Sendable () -> Parts
  ) -> RequestBody where Parts.Element == ByteBuffer {
    RequestBody(storage: .replayable(ErasedStream(nil, make)), length: length)
  }

  /// Whether it was a one-time stream and somebody has read of it.
  var isConsumed: Bool {
    if case .once(_, let consumption) = self.storage { consumption.hasBegun } else { false }
  }

  /// Whether it may be sent once only.
  var isOneTime: Bool { if case .once = self.storage { true } else { false } }
}
