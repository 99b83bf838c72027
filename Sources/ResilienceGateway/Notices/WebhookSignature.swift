internal import Crypto
internal import Foundation
internal import ResilienceConfiguration

/// Signs what is sent to a webhook by the rules of Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over id,
/// time and body, so that a receiver can tell who sent it, that it is whole, and that it is not an old one again.
struct WebhookSignature: Sendable {
  private let key: SymmetricKey

  /// Takes the secret: the bytes of its text, or, after `whsec_`, what its base64 stands for.
  init(_ secret: Secret) {
    let prefix = "whsec_"
    if secret.value.hasPrefix(prefix), let data = Data(base64Encoded: String(secret.value.dropFirst(prefix.count))) {
      self.key = SymmetricKey(data: data)
    } else {
      self.key = SymmetricKey(data: Data(secret.value.utf8))
    }
  }

  /// The value of `webhook-signature`.
  func sign(id: String, seconds: Int64, body: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(for: Data("\(id).\(seconds).\(body)".utf8), using: self.key)
    return "v1," + Data(code).base64EncodedString()
  }
}
