internal import NIOCore

/// Writes one event of a `text/event-stream`.
enum ServerSentEvent {
  /// An event with a name, JSON data (which has no line breaks) and, where there is one, an id.
  static func buffer(_ name: String, _ data: some Encodable, id: UInt64?) -> ByteBuffer {
    var buffer = ByteBuffer(string: "event: \(name)\n")
    if let id { buffer.writeString("id: \(id)\n") }
    buffer.writeString("data: ")
    buffer.writeImmutableBuffer(JSONText.encode(data))
    buffer.writeString("\n\n")
    return buffer
  }
}
