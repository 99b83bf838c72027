internal import NIOCore
internal import NIOHTTP1
internal import Resilience

/// An answer that counts as a failure, kept in memory: if it is the last word, the caller gets it as it is.
struct FailingResponse: CategorizedError {
  let head: HTTPResponseHead
  let body: ByteBuffer
  let category: FailureCategory
  let retryAfter: Duration?

  var status: Int { Int(self.head.status.code) }
  var transmission: Transmission { .answered }
}
