internal import NIOCore
internal import NIOHTTP1

/// Writes heads and the chunked coding.
///
/// It refuses what would let a caller's text become another field.
enum HeadWriter {
  /// A name or a value that cannot be sent.
  struct InvalidField: Error {
    var name: String
  }

  /// Fields that belong to one connection: the transport writes its own and drops a caller's.
  static func isConnectionField(_ name: String) -> Bool {
    switch name.utf8.count {
    case 10: name.isEqualIgnoringCase("connection") || name.isEqualIgnoringCase("keep-alive")
    case 16: name.isEqualIgnoringCase("proxy-connection")
    case 17: name.isEqualIgnoringCase("transfer-encoding")
    default: false
    }
  }

  static func writeField(_ name: String, _ value: String, to buffer: inout ByteBuffer) throws(InvalidField) {
    guard !name.isEmpty, name.utf8.allSatisfy(ASCII.isToken), value.utf8.allSatisfy(ASCII.isFieldContent) else {
      throw InvalidField(name: name)
    }
    buffer.writeString(name)
    buffer.writeStaticString(": ")
    buffer.writeString(value)
    buffer.writeStaticString("\r\n")
  }

  /// Writes all fields but those of the connection and, if asked for, the length.
  static func writeFields(
    _ headers: HTTPHeaders, droppingLength: Bool, to buffer: inout ByteBuffer
  ) throws(InvalidField) {
    for (name, value) in headers {
      if self.isConnectionField(name) { continue }
      if droppingLength, name.isEqualIgnoringCase("content-length") { continue }
      try self.writeField(name, value, to: &buffer)
    }
  }

  static func writeStatusLine(_ status: HTTPResponseStatus, to buffer: inout ByteBuffer) throws(InvalidField) {
    let reason = status.reasonPhrase
    guard reason.utf8.allSatisfy(ASCII.isFieldContent) else { throw InvalidField(name: "reason phrase") }
    buffer.writeStaticString("HTTP/1.1 ")
    buffer.writeString(String(status.code))
    buffer.writeStaticString(" ")
    buffer.writeString(reason)
    buffer.writeStaticString("\r\n")
  }

  static func writeRequestLine(
    _ method: HTTPMethod, _ target: String, to buffer: inout ByteBuffer
  ) throws(InvalidField) {
    let name = method.rawValue
    guard !name.isEmpty, name.utf8.allSatisfy(ASCII.isToken) else { throw InvalidField(name: "method") }
    guard !target.isEmpty, target.utf8.allSatisfy(ASCII.isVisible) else { throw InvalidField(name: "target") }
    buffer.writeString(name)
    buffer.writeStaticString(" ")
    buffer.writeString(target)
    buffer.writeStaticString(" HTTP/1.1\r\n")
  }

  /// The line before a chunk of this many bytes.
  static func chunkStart(_ size: Int, _ allocator: ByteBufferAllocator) -> ByteBuffer {
    var buffer = allocator.buffer(capacity: 18)
    buffer.writeString(String(size, radix: 16))
    buffer.writeStaticString("\r\n")
    return buffer
  }

  /// The line end after a chunk's bytes.
  static let chunkEnd = ByteBuffer(staticString: "\r\n")

  /// The last chunk and the fields after it.
  static func lastChunk(_ trailers: HTTPHeaders?) throws(InvalidField) -> ByteBuffer {
    var buffer = ByteBuffer(staticString: "0\r\n")
    if let trailers { try self.writeFields(trailers, droppingLength: true, to: &buffer) }
    buffer.writeStaticString("\r\n")
    return buffer
  }
}
