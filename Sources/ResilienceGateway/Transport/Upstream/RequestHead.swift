internal import NIOCore
internal import NIOHTTP1

/// Gives the bytes of a request's head.
enum RequestHead {
  static func bytes(
    _ request: UpstreamRequest, allocator: ByteBufferAllocator
  ) throws(UpstreamFailure) -> ByteBuffer {
    var bytes = allocator.buffer(capacity: 1024)
    do throws(HeadWriter.InvalidField) {
      try HeadWriter.writeRequestLine(request.method, request.target, to: &bytes)
      if !request.headers.contains(name: "host") {
        try HeadWriter.writeField("Host", request.origin.authority, to: &bytes)
      }
      for (name, value) in request.headers where !self.isOwn(name) {
        try HeadWriter.writeField(name, value, to: &bytes)
      }
    } catch {
      throw UpstreamFailure(
        stage: .neverSent, kind: .invalidRequest,
        reason: "the request's \(error.name) holds a character that cannot be sent")
    }
    self.writeFraming(request, to: &bytes)
    bytes.writeStaticString("\r\n")
    return bytes
  }

  private static func isOwn(_ name: String) -> Bool {
    switch name.utf8.count {
    case 6: name.isEqualIgnoringCase("expect")
    case 7: name.isEqualIgnoringCase("upgrade")
    case 14: name.isEqualIgnoringCase("content-length")
    default: HeadWriter.isConnectionField(name)
    }
  }

  private static func writeFraming(_ request: UpstreamRequest, to bytes: inout ByteBuffer) {
    let length: Int?
    switch request.body {
    case .none: length = [.POST, .PUT, .PATCH].contains(request.method) ? 0 : nil
    case .bytes(let body): length = body.readableBytes
    case .stream(_, let knownLength?): length = knownLength
    case .stream(_, nil):
      bytes.writeStaticString("Transfer-Encoding: chunked\r\n")
      return
    }
    guard let length else { return }
    bytes.writeStaticString("Content-Length: ")
    bytes.writeString(String(length))
    bytes.writeStaticString("\r\n")
  }
}
