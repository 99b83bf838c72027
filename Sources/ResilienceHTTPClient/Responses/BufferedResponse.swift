public import HTTPTypes
public import NIOCore

/// A response that is in memory, head and body.
public struct BufferedResponse: Sendable {
  /// Status and fields.
  public let head: HTTPResponse
  /// The whole body.
  public let body: ByteBuffer
  /// How many attempts it took.
  public let attempts: Int

  /// Makes a response, for tests.
  public init(head: HTTPResponse, body: ByteBuffer = ByteBuffer(), attempts: Int = 1) {
    self.head = head
    self.body = body
    self.attempts = attempts
  }

  /// The status.
  public var status: HTTPResponse.Status { self.head.status }
  /// The header fields.
  public var headerFields: HTTPFields { self.head.headerFields }
  /// The body as bytes; copies them.
  public var bytes: [UInt8] { Array(self.body.readableBytesView) }
  /// The body as text in UTF-8; what is not UTF-8 is replaced.
  public var text: String { String(decoding: self.body.readableBytesView, as: UTF8.self) }
}
