internal import NIOCore

/// Sends a request's body part by part, beside the answer that may come before its end.
struct RequestSender: Sendable {
  let lease: UpstreamLease
  let next: @Sendable () async throws -> ByteBuffer?
  let knownLength: Int?

  /// Sends until the end, or until the connection or the task has ended.
  ///
  /// An error of the body ends the exchange.
  func run() async {
    do {
      try await self.sendAll()
      self.lease.finishRequest(inChunks: self.knownLength == nil)
    } catch is ConnectionEnded {
      // The exchange learns the reason from its connection.
    } catch {
      // After an early answer the task is cancelled, and the answer is worth more than the rest of the request.
      if !Task.isCancelled { self.lease.abandon(error) }
    }
  }

  private struct ConnectionEnded: Error {}

  private func sendAll() async throws {
    var sent = 0
    while let part = try await self.next() {
      guard part.readableBytes > 0 else { continue }
      sent += part.readableBytes
      if let knownLength, sent > knownLength { throw self.wrongLength("longer") }
      do {
        try await self.lease.write(part, inChunks: self.knownLength == nil)
      } catch {
        throw ConnectionEnded()
      }
    }
    if let knownLength, sent < knownLength { throw self.wrongLength("shorter") }
  }

  private func wrongLength(_ difference: String) -> UpstreamFailure {
    UpstreamFailure(
      stage: .sentUnknown, kind: .invalidRequest, reason: "the request's body is \(difference) than its known length")
  }
}
