internal import HTTPTypes
internal import Resilience
internal import ResilienceInterfaces

/// One call with everything that is the same for all its attempts.
struct Call: Sendable {
  let request: HTTPRequest
  let body: RequestBody
  let isStreamed: Bool
  let isThrowing: Bool
  let maxResponseBytes: Int
  let timeout: Timeout
  let retry: Retry
  let context: Context
  let origin: HTTPClientFailure.Origin

  init(
    _ client: ResilientHTTPClient, _ request: HTTPRequest, _ body: RequestBody, _ options: RequestOptions,
    isStreamed: Bool
  ) {
    self.request = request
    self.body = body
    self.isStreamed = isStreamed
    self.isThrowing = options.throwing
    self.maxResponseBytes = max(0, options.maxResponseBytes ?? client.configuration.maxResponseBytes)
    self.timeout = Timeout(options.timeout ?? client.configuration.timeout, name: client.name)
    self.retry = Self.retry(client, body)
    self.origin = .init(method: request.method.rawValue, authority: client.target.authority)
    self.context = Context(
      operation: options.operation ?? client.name, correlationID: CorrelationID.current, tier: options.tier,
      priority: options.priority, isIdempotent: options.isIdempotent ?? Self.isIdempotent(request),
      observer: client.observer)
  }

  /// A one-time stream ends the attempts when it was touched; everything else takes the client's retry.
  private static func retry(_ client: ResilientHTTPClient, _ body: RequestBody) -> Retry {
    guard body.isOneTime else { return client.retry }
    var configuration = client.configuration.retry
    let isRetryable = configuration.isRetryable ?? Retry.isRetryable
    configuration.isRetryable = { !body.isConsumed && isRetryable($0) }
    return Retry(configuration)
  }

  private static func isIdempotent(_ request: HTTPRequest) -> Bool {
    HTTPMethodSemantics.isIdempotent(request.method.rawValue)
      || HTTPField.Name("Idempotency-Key").map { request.headerFields[$0] != nil } ?? false
  }

  /// The failure that a response stands for in the eyes of the policies; nil if it is none.
  func failure(_ head: HTTPResponse) -> FailingResult? {
    guard let category = StatusCategory.category(of: head.status.code), category.isEvidence else { return nil }
    return FailingResult(category, retryAfter: head.retryAfter)
  }

  /// The error that a response of 400 or above stands for, where the caller wants errors.
  func refusal(_ head: HTTPResponse) -> HTTPClientFailure? {
    guard self.isThrowing, let category = StatusCategory.category(of: head.status.code) else { return nil }
    return HTTPClientFailure(
      .status, category, .answered, self.origin, retryAfter: head.retryAfter, response: head)
  }
}
