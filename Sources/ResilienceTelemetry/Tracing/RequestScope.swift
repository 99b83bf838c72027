public import Tracing

/// What everything that is done for one request has in common; bound by servers, read by logs and spans.
///
/// ```swift
/// let scope = RequestScope(correlationID: id, service: "shop", operation: "checkout")
/// await RequestScope.$current.withValue(scope) { await handle(request) }
/// ```
/// Cost: one object per request; nothing is formatted before a log line is written.
public final class RequestScope: Sendable {
  /// The current task's request, if a server has bound one.
  @TaskLocal public static var current: RequestScope?

  /// What ties answer, log lines, events and spans of the request together.
  public let correlationID: String
  /// The service that carries it out.
  public let service: String
  /// What is done, of low cardinality.
  public let operation: String
  /// Who asks, as far as somebody who is trusted has said so and it may stand in a log; nil where nobody knows.
  public let user: String?
  /// The address of the other end of the connection; nil where nobody knows.
  public let clientAddress: String?
  /// The request's place in its trace.
  public let trace: TraceContext?
  /// The request's span; nil where nothing is traced.
  public let span: (any Span)?

  /// Makes a scope.
  public init(
    correlationID: String, service: String, operation: String, user: String? = nil, trace: TraceContext? = nil,
    span: (any Span)? = nil, clientAddress: String? = nil
  ) {
    self.correlationID = correlationID
    self.service = service
    self.operation = operation
    self.user = user
    self.clientAddress = clientAddress
    self.trace = trace
    self.span = span
  }

  /// The same scope, once it is known who asks.
  public func asked(by user: String) -> RequestScope {
    RequestScope(
      correlationID: self.correlationID, service: self.service, operation: self.operation, user: user,
      trace: self.trace, span: self.span, clientAddress: self.clientAddress)
  }
}
