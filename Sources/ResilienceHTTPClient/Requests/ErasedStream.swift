internal import NIOCore

/// A request's stream without its type.
///
/// Notices the first read, and marks errors as the stream's own, so that they are not taken for the connection's.
struct ErasedStream: AsyncSequence, Sendable {
  /// The caller's stream threw.
  struct Thrown: Error {
    let underlying: any Error
  }

  struct AsyncIterator: AsyncIteratorProtocol {
    let part: () async throws -> ByteBuffer?

    mutating func next() async throws -> ByteBuffer? { try await self.part() }
  }

  private let makePart: @Sendable () -> AsyncIterator

  init<Parts: AsyncSequence & Sendable>(_ consumption: Consumption?, _ make: @escaping @Sendable () -> Parts)
  where Parts.Element == ByteBuffer {
    self.makePart = {
      var iterator: Parts.AsyncIterator?
      return AsyncIterator {
        consumption?.begin()
        do {
          if iterator == nil { iterator = make().makeAsyncIterator() }
          return try await iterator?.next(isolation: #isolation)
        } catch {
          throw error is CancellationError ? error : Thrown(underlying: error)
        }
      }
    }
  }

  func makeAsyncIterator() -> AsyncIterator { self.makePart() }
}
