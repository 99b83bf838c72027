internal import Foundation
internal import Hummingbird
internal import NIOCore
internal import NIOFoundationCompat

/// Turns values into JSON, always the same way: sorted keys, no escaped slashes.
enum JSONText {
  /// A value's JSON; `null` for one that cannot be written, which no value of this module is.
  static func encode(_ value: some Encodable) -> ByteBuffer {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // One figure that is not a number must not take the whole page away.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    guard let data = try? encoder.encode(value) else { return ByteBuffer(string: "null") }
    return ByteBuffer(data: data)
  }

  /// The JSON that a body holds; nil where it holds none.
  static func decode(_ body: ByteBuffer) -> JSONValue? {
    try? JSONDecoder().decode(JSONValue.self, from: Data(buffer: body))
  }

  /// A JSON answer.
  static func response(
    _ value: some Encodable, status: HTTPResponse.Status = .ok, type: String = "application/json"
  ) -> Response {
    Response(status: status, headers: [.contentType: type], body: .init(byteBuffer: self.encode(value)))
  }

  /// An instant in Unix milliseconds as RFC 3339 text.
  static func time(_ milliseconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(.iso8601)
  }
}
