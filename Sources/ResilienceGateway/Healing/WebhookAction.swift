internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceHealing

/// Tells an address of the configuration something with a POST; succeeds where it answers with 2xx.
struct WebhookAction: HealingAction {
  /// What it is about: `healing.escalated`, for example.
  let type: String
  let workflow: String
  let reason: String
  let address: UpstreamURL
  let controls: GatewayControls
  /// What it is signed with; nil for no signature.
  var secret: Secret?
  /// How often, the first included.
  var maxAttempts = 1
  /// How long one attempt may take.
  var timeout = Duration.seconds(10)

  /// The path is not shown: in many a webhook it is the secret.
  var summary: String { "call the webhook at \(self.address.authority)" }
  var kind: String { "webhook" }

  func perform(in context: Context) async throws -> String {
    let webhook = try self.controls.webhook(
      self.address, secret: self.secret, maxAttempts: self.maxAttempts, timeout: self.timeout)
    let id = "healing-" + String(context.runtime.random(), radix: 16)
    do {
      try await webhook.send(
        self.controls.message(self.type, self.workflow, self.reason), id: id, operation: "healing.webhook")
    } catch let failure as Webhook.NotTaken {
      throw HealingTrouble("\(failure)")
    } catch let failure where !(failure is CancellationError) {
      throw HealingTrouble("the webhook at \(self.address.authority) was not reached: \(FailureText.of(failure))")
    }
    return "the webhook has taken it"
  }
}
