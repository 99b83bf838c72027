internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceInterfaces

/// Posts JSON to one configured address: signed by the rules of Standard Webhooks where there is a secret, and repeated
/// until it is taken or its attempts are spent.
///
/// The one way out for notices, escalations and the action `webhook` of workflows, under our own policies: retries
/// with back-off from 500 ms to 60 s and full jitter, and a time-out per attempt. Only the configured address is ever
/// called.
struct Webhook: Sendable {
  /// Why a receiver did not take what was sent.
  struct NotTaken: CategorizedError, CustomStringConvertible {
    let status: Int
    let retryAfter: Duration?
    var category: FailureCategory { StatusCategory.category(of: self.status) ?? .server }
    var transmission: Transmission { .answered }
    var description: String { "the webhook answered \(self.status)" }
  }

  /// Host and port: the path is not shown, for in many a webhook it is the secret.
  let receiver: String
  private let url: UpstreamURL
  private let userAgent: String
  private let signature: WebhookSignature?
  private let transport: any UpstreamTransport
  private let clock: WallClock
  private let pipeline: ConfiguredPipeline

  /// - Parameters:
  ///   - url: Where to.
  ///   - secret: What it is signed with; nil for no signature.
  ///   - maxAttempts: How often, the first included.
  ///   - timeout: How long one attempt may take.
  ///   - userAgent: Who it says that it is.
  ///   - transport: The way there.
  ///   - clock: The time of day.
  /// - Throws: `InvalidConfiguration` when the settings make no policies.
  init(
    _ url: UpstreamURL, secret: Secret?, maxAttempts: Int, timeout: Duration, userAgent: String,
    transport: any UpstreamTransport, clock: WallClock
  ) throws(InvalidConfiguration) {
    self.receiver = url.authority
    self.url = url
    self.userAgent = userAgent
    self.signature = secret.map(WebhookSignature.init)
    self.transport = transport
    self.clock = clock
    let backoff = Backoff.exponential(initial: .milliseconds(500), factor: 2, max: .seconds(60))
    self.pipeline = try ConfiguredPipeline([
      .retry(Retry(maxAttempts: maxAttempts, backoff: backoff, jitter: .full)), .timeout(Timeout(timeout)),
    ])
  }

  /// The body of a request: a type, a time and what it is about, as Standard Webhooks has it.
  ///
  /// - Parameters:
  ///   - type: `notice.degraded`, for example.
  ///   - milliseconds: When it happened, since 1970.
  ///   - data: A JSON value.
  static func body(type: String, at milliseconds: Int64, data: String) -> String {
    var writer = JSONObjectWriter()
    writer.add("type", type)
    writer.add("timestamp", Date(timeIntervalSince1970: Double(milliseconds) / 1_000).formatted(.iso8601))
    return String(writer.text.dropLast()) + ",\"data\":\(data)}"
  }

  /// Sends until it is taken.
  ///
  /// - Parameters:
  ///   - body: JSON.
  ///   - id: The same for every attempt: by it the receiver tells that it has had it already.
  ///   - operation: What traces call it.
  /// - Throws: Why it was not taken, once the attempts are spent.
  func send(_ body: String, id: String, operation: String) async throws {
    let context = Context(.live, operation: operation, isIdempotent: true)
    try await self.pipeline.concurrently(in: context) { _ in try await self.attempt(body, id) }
  }

  private func attempt(_ body: String, _ id: String) async throws {
    let seconds = self.clock.now / 1_000
    var headers: HTTPHeaders = [
      "Content-Type": "application/json", "User-Agent": self.userAgent, "webhook-id": id,
      "webhook-timestamp": "\(seconds)",
    ]
    if let signature = self.signature {
      headers.add(name: "webhook-signature", value: signature.sign(id: id, seconds: seconds, body: body))
    }
    let request = UpstreamRequest(
      origin: UpstreamOrigin(
        scheme: self.url.scheme == .https ? .https : .http, host: self.url.host, port: self.url.port),
      method: .POST, target: self.url.path.isEmpty ? "/" : self.url.path, headers: headers,
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
