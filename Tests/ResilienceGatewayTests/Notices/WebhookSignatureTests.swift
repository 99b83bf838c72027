import ResilienceConfiguration
import Testing

@testable import ResilienceGateway

@Suite struct WebhookSignatureTests {
  @Test("R4.7 a signature is that of Standard Webhooks: the published example gives the published value")
  func published() {
    // From the specification's own libraries: github.com/standard-webhooks/standard-webhooks.
    let signature = WebhookSignature(Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
    let text = signature.sign(
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek", seconds: 1_614_265_330, body: #"{"test": 2432232314}"#)
    #expect(text == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test("R4.7 another secret, id, time or body is another signature, and a plain secret counts as its bytes")
  func others() {
    let base = WebhookSignature(Secret("correct horse")).sign(id: "a", seconds: 1, body: "{}")
    let others = [
      WebhookSignature(Secret("correct hors3")).sign(id: "a", seconds: 1, body: "{}"),
      WebhookSignature(Secret("correct horse")).sign(id: "b", seconds: 1, body: "{}"),
      WebhookSignature(Secret("correct horse")).sign(id: "a", seconds: 2, body: "{}"),
      WebhookSignature(Secret("correct horse")).sign(id: "a", seconds: 1, body: "{} "),
    ]
    #expect(Set(others + [base]).count == 5)
  }
}
