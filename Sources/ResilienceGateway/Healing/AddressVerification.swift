internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceHealing

/// Looks whether an address answers a GET with 2xx.
struct AddressVerification: HealingVerification {
  let address: UpstreamURL
  let controls: GatewayControls

  var summary: String { "\(self.address.authority) answers" }

  func isHealed(in context: Context) async throws -> Bool { try await self.controls.answers(self.address) }
}
