internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

/// Sends notices to one receiver, in order, each until it is taken or its attempts are spent.
///
/// Under our own policies: retries with back-off and a time-out. The queue is bounded; the oldest gives way
/// and is counted. Only the configured address is ever called.
final class NoticeWebhook: Sendable {
  /// Why a receiver did not take a notice.
  private struct NotTaken: CategorizedError {
    let status: Int
    let retryAfter: Duration?
    var category: FailureCategory { StatusCategory.category(of: self.status) ?? .server }
    var transmission: Transmission { .answered }
  }

  private let settings: WebhookConfiguration
  private let receiver: String
  private let signature: WebhookSignature
  private let transport: any UpstreamTransport
  private let metrics: DegradationMetrics?
  private let clock: WallClock
  private let pipeline: ConfiguredPipeline
  private let queue = Lock<[ServiceNotice]>([])
  private let wake = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  private let log = Logger(label: "resilience.notices")

  /// - Throws: `InvalidConfiguration` when the settings make no policies.
  init(
    _ settings: WebhookConfiguration, transport: any UpstreamTransport, metrics: DegradationMetrics?, clock: WallClock
  ) throws {
    self.settings = settings
    self.receiver = settings.url.authority
    self.signature = WebhookSignature(settings.secret)
    self.transport = transport
    self.metrics = metrics
    self.clock = clock
    let backoff = Backoff.exponential(initial: .milliseconds(500), factor: 2, max: .seconds(60))
    self.pipeline = try ConfiguredPipeline([
      .retry(Retry(maxAttempts: settings.maxAttempts, backoff: backoff, jitter: .full)),
      .timeout(Timeout(settings.timeout)),
    ])
  }

  /// Takes a notice; never waits.
  func put(_ notice: ServiceNotice) {
    let hasDropped = self.queue.withLock { queue in
      let isFull = queue.count >= self.settings.maxQueue
      if isFull { queue.removeFirst() }
      queue.append(notice)
      return isFull
    }
    if hasDropped { self.metrics?.countDropped(before: self.receiver) }
    self.wake.continuation.yield()
  }

  /// Sends until the task is cancelled.
  func run() async {
    for await _ in self.wake.stream {
      while let notice = self.queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
        await self.send(notice)
        if Task.isCancelled { return }
      }
    }
  }

  private func send(_ notice: ServiceNotice) async {
    do {
      // The receiver tells by the id that it has had it already.
      let context = Context(.live, operation: "notices.webhook", isIdempotent: true)
      try await self.pipeline.concurrently(in: context) { context in try await self.attempt(notice, context) }
      self.metrics?.countDelivery(to: self.receiver, "delivered")
    } catch {
      self.metrics?.countDelivery(to: self.receiver, "failed")
      self.log.warning(
        "a notice was not taken: \(FailureText.of(error))",
        metadata: ["receiver": .string(self.receiver), "notice": .string(notice.id)])
    }
  }

  private func attempt(_ notice: ServiceNotice, _ context: Context) async throws {
    let body = PublicNotice.event(notice)
    let seconds = self.clock.now / 1_000
    let url = self.settings.url
    let headers: HTTPHeaders = [
      "Content-Type": "application/json", "User-Agent": "swift-resilience notices", "webhook-id": notice.id,
      "webhook-timestamp": "\(seconds)",
      "webhook-signature": self.signature.sign(id: notice.id, seconds: seconds, body: body),
    ]
    let request = UpstreamRequest(
      origin: UpstreamOrigin(scheme: url.scheme == .https ? .https : .http, host: url.host, port: url.port),
      method: .POST, target: url.path.isEmpty ? "/" : url.path, headers: headers,
      body: .bytes(ByteBuffer(string: body)))
    do {
      try await self.transport.exchange(request) { answer in
        while try await answer.body.next() != nil {}
        let status = Int(answer.head.status.code)
        guard !(200..<300).contains(status) else { return }
        throw NotTaken(
          status: status,
          retryAfter: RetryAfterHeader.parse(
            retryAfter: answer.head.headers.first(name: "Retry-After"), rateLimitReset: nil, now: seconds))
      }
    } catch let failure as UpstreamFailure {
      throw UpstreamError(failure: failure)
    }
  }
}
