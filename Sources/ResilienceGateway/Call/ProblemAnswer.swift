internal import NIOCore
internal import NIOHTTP1
internal import ResilienceInterfaces
internal import ResilienceTelemetry

/// A refusal as it is sent: problem details, never anything internal.
struct ProblemAnswer {
  let head: HTTPResponseHead
  let body: ByteBuffer

  init(_ refusal: Refusal, _ request: GatewayRequest?, _ identity: CallIdentity, _ settings: GatewaySettings) {
    // Only a path: a whole URL may hold a password.
    let path = request.flatMap { $0.head.uri.hasPrefix("/") ? $0.head.uri.prefix { $0 != "?" }.prefix(256) : nil }
    let problem = ProblemDetails(
      refusal.code, prefix: settings.codePrefix, status: refusal.status, detail: refusal.detail,
      instance: path.map(String.init), correlationId: identity.correlationID,
      dependency: refusal.dependency, policy: refusal.policy, state: refusal.state,
      retryAfterSeconds: refusal.retryAfterSeconds)
    var headers = refusal.headers
    headers.replaceOrAdd(name: "Content-Type", value: ProblemDetails.contentType)
    headers.replaceOrAdd(name: "Cache-Control", value: "no-store")
    headers.replaceOrAdd(name: CorrelationHeader.headerName, value: identity.correlationID)
    if let seconds = refusal.retryAfterSeconds { headers.replaceOrAdd(name: "Retry-After", value: "\(seconds)") }
    self.head = HTTPResponseHead(
      version: .http1_1, status: HTTPResponseStatus(statusCode: refusal.status), headers: headers)
    self.body = ByteBuffer(string: problem.json)
  }
}
