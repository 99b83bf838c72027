public import NIOCore
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

/// Sends notices to the configured webhooks, until its task is cancelled.
public final class NoticeSending: Sendable {
  private let webhooks: [NoticeWebhook]
  private let transport: NIOUpstreamTransport
  private let degradation: GatewayDegradation

  /// Makes the senders; nothing is sent before `run`.
  ///
  /// - Throws: What is wrong with the settings.
  public init(_ gateway: AssembledGateway, group: any EventLoopGroup, clock: WallClock = .system) throws {
    let transport = try NIOUpstreamTransport(group: group)
    self.transport = transport
    self.degradation = gateway.degradation
    self.webhooks = try gateway.configuration.notices.webhooks.map {
      try NoticeWebhook($0, transport: transport, metrics: gateway.degradation.metrics, clock: clock)
    }
    self.degradation.onNotice { [webhooks] notice in for webhook in webhooks { webhook.put(notice) } }
  }

  /// Sends until the task is cancelled, then closes the connections.
  public func run() async {
    await withTaskGroup(of: Void.self) { group in
      for webhook in self.webhooks { group.addTask { await webhook.run() } }
      // Also without a webhook it lasts until it is told to end: a service that returns ends the program.
      group.addTask { while (try? await Runtime.live.sleep(for: .seconds(3_600))) != nil {} }
    }
    await self.transport.shutdown()
  }
}
