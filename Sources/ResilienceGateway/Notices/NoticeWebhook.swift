internal import Logging
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

/// Sends notices to one receiver, in order, each until it is taken or its attempts are spent.
///
/// The queue is bounded; the oldest gives way and is counted.
final class NoticeWebhook: Sendable {
  private let maxQueue: Int
  private let webhook: Webhook
  private let metrics: DegradationMetrics?
  private let queue = Lock<[ServiceNotice]>([])
  private let wake = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  private let log = Logger(label: "resilience.notices")

  /// - Throws: `InvalidConfiguration` when the settings make no policies.
  init(
    _ settings: WebhookConfiguration, transport: any UpstreamTransport, metrics: DegradationMetrics?, clock: WallClock
  ) throws {
    self.maxQueue = settings.maxQueue
    self.webhook = try Webhook(
      settings.url, secret: settings.secret, maxAttempts: settings.maxAttempts, timeout: settings.timeout,
      userAgent: "swift-resilience notices", transport: transport, clock: clock)
    self.metrics = metrics
  }

  /// Takes a notice; never waits.
  func put(_ notice: ServiceNotice) {
    let hasDropped = self.queue.withLock { queue in
      let isFull = queue.count >= self.maxQueue
      if isFull { queue.removeFirst() }
      queue.append(notice)
      return isFull
    }
    if hasDropped { self.metrics?.countDropped(before: self.webhook.receiver) }
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
      try await self.webhook.send(PublicNotice.event(notice), id: notice.id, operation: "notices.webhook")
      self.metrics?.countDelivery(to: self.webhook.receiver, "delivered")
    } catch {
      self.metrics?.countDelivery(to: self.webhook.receiver, "failed")
      self.log.warning(
        "a notice was not taken: \(FailureText.of(error))",
        metadata: ["receiver": .string(self.webhook.receiver), "notice": .string(notice.id)])
    }
  }
}
