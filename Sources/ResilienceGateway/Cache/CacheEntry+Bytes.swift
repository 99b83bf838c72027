internal import Foundation
internal import NIOCore
internal import NIOHTTP1

extension CacheEntry {
  /// What stands before the body, as JSON.
  private struct Head: Codable {
    var version = 1
    let status: Int
    let fields: [[String]]
    let storedAt: Int64
    let varied: VariedHeaders
    let keyBytes: Int
  }

  /// The entry for a store: the length of its head in four bytes, the head, the body.
  var bytes: [UInt8]? {
    let head = Head(
      status: Int(self.status.code), fields: self.headers.map { [$0.name, $0.value] }, storedAt: self.storedAt,
      varied: self.varied, keyBytes: self.keyBytes)
    guard let text = try? JSONEncoder().encode(head) else { return nil }
    let length = withUnsafeBytes(of: UInt32(text.count).bigEndian) { Array($0) }
    return length + text + self.body.readableBytesView
  }

  /// Reads an entry; nil if these bytes are none, or of another version.
  init?(bytes: [UInt8]) {
    guard bytes.count >= 4 else { return nil }
    let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - 4,
      let head = try? JSONDecoder().decode(Head.self, from: Data(bytes[4..<4 + length])),
      head.version == 1, (200...599).contains(head.status), head.fields.allSatisfy({ $0.count == 2 })
    else { return nil }
    let headers = HTTPHeaders(head.fields.map { ($0[0], $0[1]) })
    self.init(
      status: HTTPResponseStatus(statusCode: head.status), headers: headers,
      body: ByteBuffer(bytes: bytes[(4 + length)...]), storedAt: head.storedAt,
      freshness: Freshness(headers, now: head.storedAt / 1_000), varied: head.varied, keyBytes: head.keyBytes)
  }
}
