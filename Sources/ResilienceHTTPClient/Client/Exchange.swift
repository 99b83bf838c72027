internal import HTTPTypes
internal import NIOCore
internal import Resilience

/// A response with what is still to be given back for it.
final class Exchange {
  let head: HTTPResponse
  let body: ResponseBody
  let failure: FailingResult?
  let attempt: Int
  private(set) var collected = ByteBuffer()
  private(set) var isOpen = true
  private var admission: Admission?

  init(_ head: HTTPResponse, _ body: ResponseBody, _ failure: FailingResult?, attempt: Int) {
    self.head = head
    self.body = body
    self.failure = failure
    self.attempt = attempt
  }

  /// Reads the body into memory, from where it can be read once more.
  func collect() async throws {
    self.collected = try await self.body.collect()
    self.body.replace(with: self.collected)
    self.isOpen = false
  }

  func hold(_ admission: Admission) { self.admission = admission }

  /// The handler is done: judges what it saw of the dependency.
  func end(_ error: (any Error)?) {
    guard let admission = self.admission.take() else { return }
    if let failure = self.body.failure {
      admission.end(admission.verdict(on: failure), failure)
    } else if error == nil || self.body.hasEnded {
      admission.end(.success)
    } else {
      admission.end(.ignored, error)
    }
  }

  /// Ends the scope: an unread body is dropped, which closes its connection.
  func close() {
    self.end(CancellationError())
    self.body.close()
  }
}
