internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
public import ResilienceInterfaces

extension GatewayControlPlane {
  /// Requests in a state, newest first.
  public func reviews(_ state: ReviewItem.State?, limit: Int) async throws(ControlFailure) -> [ReviewItem] {
    guard let store = self.gatewayDegradation.reviews else { return [] }
    return try await self.saving { () throws(ControlStoreFailure) in try await store.reviews(state, limit: limit) }
  }

  /// One request.
  public func review(_ id: String) async throws(ControlFailure) -> ReviewItem {
    guard let store = self.gatewayDegradation.reviews else { throw .unknownReview(id: id) }
    let item = try await self.saving { () throws(ControlStoreFailure) in try await store.review(id) }
    guard let item else { throw .unknownReview(id: id) }
    return item
  }

  /// Replaces a waiting request's body.
  public func editReview(
    _ id: String, body: String, reason: String, actor: String
  ) async throws(ControlFailure) -> ReviewItem {
    guard body.utf8.count <= 1 << 20 else {
      throw .invalid(field: "body", found: "\(body.utf8.count) bytes", allowed: "at most 1 MiB")
    }
    return try await self.withReview(id, reason: reason) { (item, reason) throws(ControlFailure) in
      var item = item
      let before = "\(item.body.utf8.count) bytes"
      item.body = body
      return try await self.save(
        item, "review.edited", reason, actor, before: before, after: "\(body.utf8.count) bytes")
    }
  }

  /// Discards a waiting request.
  public func discardReview(_ id: String, reason: String, actor: String) async throws(ControlFailure) -> ReviewItem {
    try await self.withReview(id, reason: reason) { (item, reason) throws(ControlFailure) in
      var item = item
      let before = item.state.rawValue
      item.state = .discarded
      return try await self.save(item, "review.discarded", reason, actor, before: before, after: "discarded")
    }
  }

  /// Approves a waiting request: it is sent to its dependency under its policies, or only marked, as configured.
  ///
  /// It is marked as sending first: after a crash in between it is not sent again without a person.
  public func approveReview(_ id: String, reason: String, actor: String) async throws(ControlFailure) -> ReviewItem {
    try await self.withReview(id, reason: reason) { (item, reason) throws(ControlFailure) in
      let dependency = self.dependencies.first { $0.name == item.dependency }
      guard let dependency else {
        throw .conflict(detail: "The dependency '\(item.dependency)' is not configured any more; discard the request.")
      }
      var item = item
      guard Self.isSent(dependency) else {
        item.state = .approved
        item.outcome = "marked, not sent"
        return try await self.save(item, "review.approved", reason, actor, before: "pending", after: "approved")
      }
      item.state = .sending
      item = try await self.save(item, "review.sending", reason, actor, before: "pending", after: "sending")
      do {
        let status = try await Self.send(item, to: dependency)
        item.state = .approved
        item.outcome = "the dependency answered \(status)"
      } catch {
        item.state = .pending
        item.outcome = "not sent: \(FailureText.of(error))"
      }
      let action = item.state == .approved ? "review.approved" : "review.failed"
      return try await self.save(item, action, reason, actor, before: "sending", after: item.outcome ?? "")
    }
  }

  private static func isSent(_ dependency: Dependency) -> Bool {
    for case .review(let settings) in dependency.configuration.fallback where settings.approval == .keep {
      return false
    }
    return true
  }

  /// Sends a request as it is recorded; the status of a good answer.
  private static func send(_ item: ReviewItem, to dependency: Dependency) async throws -> Int {
    // Nobody but a person repeats what changes something.
    let context = Context(
      .live, operation: dependency.name, correlationID: item.correlationID, isIdempotent: false,
      observer: dependency.observer)
    let status = Lock(0)
    try await dependency.run(in: context) { _ in
      var headers: HTTPHeaders = ["Host": dependency.origin.authority]
      if let type = item.contentType { headers.add(name: "Content-Type", value: type) }
      if let id = item.correlationID { headers.add(name: "X-Correlation-ID", value: id) }
      let request = UpstreamRequest(
        origin: dependency.origin, method: HTTPMethod(rawValue: item.method),
        target: UpstreamTarget.join(basePath: dependency.basePath, forwardedPath: item.path), headers: headers,
        body: item.body.isEmpty ? .none : .bytes(ByteBuffer(string: item.body)))
      do {
        try await dependency.transport.exchange(request) { answer in
          while try await answer.body.next() != nil {}
          let found = Int(answer.head.status.code)
          guard (200..<300).contains(found) else {
            throw FailingResponse(
              head: answer.head, body: ByteBuffer(), category: StatusCategory.category(of: found) ?? .server,
              retryAfter: nil)
          }
          status.withLock { $0 = found }
        }
      } catch let failure as UpstreamFailure {
        throw UpstreamError(failure: failure)
      }
    }
    return status.withLock { $0 }
  }

  /// Runs a decision on a request that nobody else is deciding on.
  private func withReview(
    _ id: String, reason: String, _ body: (ReviewItem, String) async throws(ControlFailure) -> ReviewItem
  ) async throws(ControlFailure) -> ReviewItem {
    let reason = try OverrideRequest.checkedReason(reason)
    guard self.state.withLock({ $0.reviewsInWork.insert(id).inserted }) else {
      throw .conflict(detail: "Somebody else is deciding on this request at this moment.")
    }
    defer { self.state.withLock { _ = $0.reviewsInWork.remove(id) } }
    let item = try await self.review(id)
    guard !item.state.isFinal else {
      throw .conflict(detail: "The request was \(item.state.rawValue) already, by \(item.actor ?? "nobody").")
    }
    return try await body(item, reason)
  }

  private func save(
    _ item: ReviewItem, _ action: String, _ reason: String, _ actor: String, before: String, after: String
  ) async throws(ControlFailure) -> ReviewItem {
    guard let store = self.gatewayDegradation.reviews else { throw .unknownReview(id: item.id) }
    let now = self.clock.now
    var item = item
    item.actor = actor
    item.changedAt = now
    let saved = item
    let record = AuditRecord(
      at: now, actor: actor, action: action, subject: item.id, reason: reason, before: before, after: after)
    try await self.saving { () throws(ControlStoreFailure) in try await store.saveReview(saved, recording: record) }
    if item.state.isFinal { self.gatewayDegradation.metrics?.countReview(of: item.dependency, item.state) }
    self.feed.publish(
      at: now, kind: action, subject: item.dependency, message: "\(item.dependency): \(actor) – \(action), \(after)",
      actor: actor)
    return item
  }
}
