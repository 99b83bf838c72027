public import NIOHTTP1

/// An upstream's answer: its head, and its body as it comes.
public struct UpstreamResponse: Sendable {
  /// The status and the fields as they were sent; interim answers (1xx) are passed over.
  public var head: HTTPResponseHead
  /// The body, to be read once and only while the exchange lasts.
  public var body: UpstreamResponseBody

  /// Makes an answer; for tests that need no connection.
  public init(head: HTTPResponseHead, body: UpstreamResponseBody = .empty) {
    self.head = head
    self.body = body
  }
}
