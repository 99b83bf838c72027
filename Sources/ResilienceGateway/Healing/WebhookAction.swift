internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceHealing

/// Calls an address of the configuration with a POST; succeeds where it answers with 2xx.
struct WebhookAction: HealingAction {
  let address: UpstreamURL
  let reason: String
  let controls: GatewayControls

  /// The path is not shown: in many a webhook it is the secret.
  var summary: String { "call the webhook at \(self.address.authority)" }
  var kind: String { "webhook" }

  func perform(in context: Context) async throws -> String {
    try await self.controls.call(self.address, saying: self.reason)
  }
}
