internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

/// Recording a request for a person's decision, in place of an answer that did not come.
extension GatewayCall {
  /// The settings by which this request may be recorded; nil where none does.
  var reviewSettings: ReviewConfiguration? {
    guard self.settings.degradation.reviews != nil else { return nil }
    for case .review(let settings) in self.dependency.configuration.fallback
    where settings.methods.contains(self.method) {
      return settings
    }
    return nil
  }

  /// Whether the body has to be kept, so that it can be recorded if the call fails.
  func mayBeReviewed(length: Int?) -> Bool {
    guard let settings = self.reviewSettings, let length else { return false }
    return length <= settings.maxBodyBytes
  }

  /// Records the request; false where it cannot be.
  func serveReview(_ settings: ReviewConfiguration, because error: any Error) async throws -> Bool {
    guard settings.methods.contains(self.method), let store = self.settings.degradation.reviews else { return false }
    let kept: ByteBuffer
    if self.request.body.isEmpty {
      kept = ByteBuffer()
    } else if let body = self.keptBody {
      kept = body
    } else {
      return false
    }
    // Only text can be shown, edited and sent on unharmed.
    guard let text = String(validating: kept.readableBytesView, as: UTF8.self) else { return false }
    let item = ReviewItem(
      id: Self.unguessableID(), dependency: self.dependency.name, method: self.method, path: self.path,
      contentType: self.request.head.headers.first(name: "Content-Type"), body: text,
      receivedAt: self.settings.clock.now, cause: FailureText.of(error), correlationID: self.identity.correlationID)
    guard try await self.isRecorded(item, in: store, settings.maxPending) else { return false }
    self.settings.degradation.metrics?.countReview(of: self.dependency.name, .pending)
    self.tell(.fellBack(to: "review", because: error), by: .fallback)
    var headers: HTTPHeaders = [
      "Content-Type": "application/json", "Cache-Control": "no-store", "X-Resilience-Degraded": "review",
    ]
    self.addOwnHeaders(to: &headers)
    let head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: settings.status), headers: headers)
    try await self.response.respond(head, body: ByteBuffer(string: settings.body))
    return true
  }

  private func isRecorded(_ item: ReviewItem, in store: any ReviewStore, _ limit: Int) async throws -> Bool {
    do throws(ControlStoreFailure) {
      let isRecorded = try await store.addReview(item, unlessPending: limit)
      if !isRecorded {
        self.dependency.log.warning("no request is recorded for review any more: \(limit) wait for a decision")
      }
      return isRecorded
    } catch {
      self.dependency.log.error("a request could not be recorded for review: \(error)")
      return false
    }
  }

  /// 128 random bits as hexadecimal digits.
  private static func unguessableID() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(random.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
