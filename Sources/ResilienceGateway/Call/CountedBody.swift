internal import NIOCore
internal import Resilience

/// A request body that passes through once: the first byte taken forbids another attempt.
final class CountedBody: Sendable {
  private let body: GatewayRequestBody
  private let limit: Int
  private let repetition: Repetition
  private let count = Lock(0)

  init(_ body: GatewayRequestBody, limit: Int, repetition: Repetition) {
    self.body = body
    self.limit = limit
    self.repetition = repetition
  }

  func next() async throws -> ByteBuffer? {
    self.repetition.forbid()
    do {
      guard let part = try await self.body.next() else { return nil }
      let total = self.count.withLock { count in
        count += part.readableBytes
        return count
      }
      guard total <= self.limit else { throw GatewayRequestBodyError.tooLarge(limit: self.limit) }
      return part
    } catch let error as GatewayRequestBodyError {
      throw RequestBodyFailure(cause: error)
    }
  }
}
