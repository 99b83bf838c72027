internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces
internal import ResilienceQueue

extension GatewayCall {
  /// The queue that this request may be put into; nil if there is none for its method.
  var queue: (settings: QueueConfiguration, queue: WorkQueue)? {
    guard let found = self.settings.queues?.queue(of: self.dependency), found.settings.methods.contains(self.method)
    else { return nil }
    return found
  }

  /// Reads the body of a request that may have to be kept; nil where it is too long for that.
  func queueableBody() async throws -> ByteBuffer? {
    guard let queue = self.queue, let length = self.request.body.declaredLength,
      length <= min(queue.settings.maxBodyBytes, self.dependency.configuration.maxBodyBytes ?? .max)
    else { return nil }
    return length == 0 ? ByteBuffer() : try await self.collectBody(upTo: queue.settings.maxBodyBytes)
  }

  /// Answers a request whose first copy waits, or was delivered within the retention, as that copy was answered.
  ///
  /// Carried out, it would be so twice. Where the store does not tell, it goes on: the dependency may know the key.
  /// - Returns: Whether it was answered; false: it is not known.
  /// - Throws: `Refusal` when the key was another request's.
  func serveRepeated() async throws -> Bool {
    guard let queue = self.queue?.queue, let key = self.idempotencyKey,
      let item = try? await queue.item(withIdempotencyKey: key)
    else { return false }
    guard let body = self.keptBody else {
      throw Refusal(
        .validation, status: 422,
        "A request with this Idempotency-Key was taken before, and the body of this one cannot be compared with it; "
          + "send it with a Content-Length, or use a key for each.")
    }
    try self.check(item, isRepeatedBy: self.digest(of: body))
    let position = try? await queue.store.position(ofItem: item.id)
    try await self.respondQueued(item, position)
    return true
  }

  /// Puts the request behind those with the same ordering key that still wait, so that it does not overtake them.
  ///
  /// Others wait where anything is pending, and where a dead letter holds up its key until somebody has dealt with it.
  /// - Returns: Whether it was answered; false: nobody waits.
  /// - Throws: `Refusal` when it would overtake, or might, and cannot wait itself.
  func queueBehindOthers() async throws -> Bool {
    guard let queue = self.queue, try self.orderingKey(queue.settings) != nil else { return false }
    do throws(StoreFailure) {
      let counts = try await queue.queue.counts()
      let isHeldUp = counts.dead > 0 && queue.queue.configuration.ordering == .untilResolved
      if counts.pending == 0, !isHeldUp { return false }
    } catch {
      // It was only looked: nothing can have been kept.
      self.keepingFailed = StoreFailure(
        error.kind, store: error.store, detail: error.detail, remedy: error.remedy, transmission: .neverSent)
    }
    if self.keepingFailed == nil, try await self.serveQueued() { return true }
    throw self.notKept ?? self.wouldOvertake
  }

  /// Keeps the request, and says so with 202.
  ///
  /// What may have been carried out is kept only if carrying it out twice is the same as once; so a `POST` that was
  /// sent and not answered is kept only with an `Idempotency-Key`.
  /// - Parameter error: Why it was not answered; nil: it was not tried.
  /// - Returns: Whether it was answered.
  func serveQueued(because error: (any Error)? = nil) async throws -> Bool {
    guard let found = self.queue, self.mayQueue(after: error) else { return false }
    var kept = self.keptBody
    if kept == nil { kept = try await self.untouchedBody() }
    guard let body = kept else { return false }
    do {
      let draft = try self.draft(for: found.queue, found.settings, body)
      let receipts = try await found.queue.enqueue([draft])
      guard let receipt = receipts.first else { return false }
      var position = receipt.position
      if receipt.isDuplicate {
        try self.check(receipt.item, isRepeatedBy: self.digest(of: body))
        position = try await found.queue.store.position(ofItem: receipt.item.id)
      }
      if let error { self.tell(.fellBack(to: "queue", because: error), by: .fallback) }
      try await self.respondQueued(receipt.item, position)
      return true
    } catch let failure as StoreFailure where failure.kind == .invalid {
      throw Refusal(
        .validation, status: 422, "The request cannot be kept for later: \(failure.detail) \(failure.remedy)")
    } catch let failure as StoreFailure {
      // The queue has told its observer; the next fallback has its turn, and if none answers the caller hears of it.
      self.keepingFailed = failure
      return false
    }
  }

  /// What a caller is told whose request could not be kept: not the dependency's answer, from which he would have to
  /// guess it; nil: nothing was tried to be kept, or it was.
  var notKept: Refusal? {
    guard let failure = self.keepingFailed else { return nil }
    let reason =
      failure.kind == .full
      ? "the queue of requests that wait for it is full" : "the storage of kept requests does not answer, or fails"
    // Who was cut off in the middle may have been heard.
    let rest =
      failure.transmission == .unknown
      ? "Perhaps it was kept all the same: send it again with the same Idempotency-Key, in \(Self.notKeptSeconds) s."
      : "Nothing of it waits; send it again in \(Self.notKeptSeconds) s."
    var refusal = Refusal(
      .serviceUnavailable,
      "The dependency '\(self.dependency.name)' cannot take the request, and it could not be kept for later: "
        + "\(reason). \(rest)")
    refusal.dependency = self.dependency.name
    refusal.policy = "queue"
    refusal.state = failure.kind == .full ? "full" : "storageFailed"
    refusal.retryAfterSeconds = Self.notKeptSeconds
    return refusal
  }

  /// What a caller is told whose request has to wait behind others, and has a body that is not kept.
  private var wouldOvertake: Refusal {
    var refusal = Refusal(
      .serviceUnavailable,
      "Requests wait for the dependency '\(self.dependency.name)' that this one, because of its ordering key, must not "
        + "overtake; and it cannot wait with them, because its body has no Content-Length or is too long to be kept. "
        + "Send it again in \(Self.notKeptSeconds) s.")
    refusal.dependency = self.dependency.name
    refusal.policy = "queue"
    refusal.state = "wouldOvertake"
    refusal.retryAfterSeconds = Self.notKeptSeconds
    return refusal
  }

  private static let notKeptSeconds = 5

  private func mayQueue(after error: (any Error)?) -> Bool {
    guard let error else { return true }
    let isRepeatable =
      self.dependency.repeatableMethods.contains(self.method)
      || self.request.head.headers.contains(name: "Idempotency-Key")
    if isRepeatable { return true }
    if let failing = error as? FailingResponse { return failing.status == 429 || failing.status == 503 }
    return (error as? any CategorizedError)?.transmission == .neverSent
  }

  /// By what the request is kept in order; nil: it does not say.
  ///
  /// - Throws: `Refusal` for what no store takes: sent again, it would be refused again.
  private func orderingKey(_ settings: QueueConfiguration) throws -> String? {
    guard let key = self.request.head.headers.first(name: settings.orderingHeader) else { return nil }
    do throws(StoreFailure) {
      try StoreRules.check(key: key, named: "ordering key", store: "queue")
    } catch {
      throw Refusal(
        .validation, status: 422,
        "The field '\(settings.orderingHeader)' is no ordering key: it needs 1 to \(StoreRules.longestKey) bytes, "
          + "and no control characters.")
    }
    return key
  }

  /// What tells this request from all others of its queue; nil: it has no key.
  private var idempotencyKey: String? {
    let headers = self.request.head.headers
    guard let key = headers.first(name: "Idempotency-Key") else { return nil }
    // Of another caller with the same key nobody learns anything: who asks is part of it.
    let owner = QueuedRequest.fields(of: headers, in: QueuedRequest.credentialFields)
      .flatMap { [Array($0.name.lowercased().utf8), Array($0.value.utf8)] }
    return CredentialSeal.digest([Array(key.utf8)] + owner)
  }

  /// What is the same of two requests only if they ask for the same.
  private func digest(of body: ByteBuffer) -> String {
    CredentialSeal.digest([Array(self.method.utf8), Array(self.path.utf8), Array(body.readableBytesView)])
  }

  /// Refuses a request that has the key of another one.
  private func check(_ item: QueueItem, isRepeatedBy digest: String) throws {
    guard item.metadata["digest"] == digest else {
      throw Refusal(
        .validation, status: 422, "Another request was sent with this Idempotency-Key before; use a key for each.")
    }
  }

  private func draft(
    for queue: WorkQueue, _ settings: QueueConfiguration, _ body: ByteBuffer
  ) throws -> QueueDraft {
    let headers = self.request.head.headers
    let credentials = QueuedRequest.fields(of: headers, in: QueuedRequest.credentialFields)
    var draft = queue.draft([])
    var sealed: Data?
    if settings.keepCredentials, !credentials.isEmpty, let seal = self.settings.queues?.seal {
      let expires = self.settings.clock.now + settings.credentialsLifetime.milliseconds
      sealed = try seal.seal(.init(fields: credentials, expires: expires), for: draft.id)
    }
    let request = QueuedRequest(
      method: self.method, path: self.path, fields: QueuedRequest.fields(of: headers, in: QueuedRequest.keptFields),
      body: Data(body.readableBytesView), correlationID: self.identity.correlationID, sealed: sealed)
    draft.payload = try request.bytes()
    draft.orderingKey = try self.orderingKey(settings)
    draft.metadata = [
      "method": self.method, "path": String(self.path.prefix { $0 != "?" }.prefix(500)),
      "correlationId": self.identity.correlationID,
      "digest": self.digest(of: body),
    ]
    draft.idempotencyKey = self.idempotencyKey
    return draft
  }

  private func respondQueued(_ item: QueueItem, _ position: Int?) async throws {
    let location = "/_resilience/queue/\(item.id)"
    var headers: HTTPHeaders = [
      "Content-Type": "application/json", "Cache-Control": "no-store", "Location": location,
      "X-Resilience-Degraded": "queue",
    ]
    self.addOwnHeaders(to: &headers)
    let body = QueueStateAnswer(item, position: position).json
    try await self.response.respond(
      HTTPResponseHead(version: .http1_1, status: .accepted, headers: headers), body: ByteBuffer(string: body))
  }
}
