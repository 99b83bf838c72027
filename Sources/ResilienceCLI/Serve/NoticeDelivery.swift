internal import ResilienceGateway
internal import ServiceLifecycle

/// Sends notices to the configured webhooks while the program runs.
struct NoticeDelivery: Service {
  let sending: NoticeSending

  func run() async throws {
    await cancelWhenGracefulShutdown { await self.sending.run() }
  }
}
