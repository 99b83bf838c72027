internal import NIOHTTP1
internal import ResilienceTelemetry
internal import Tracing

/// The span of one attempt, by OpenTelemetry's conventions for HTTP clients.
struct AttemptSpan {
  private let span: RecordedSpan

  /// Begins the span of an attempt; nil where nothing is traced.
  init?(_ call: GatewayCall, number: Int) {
    guard let tracer = call.settings.tracer else { return nil }
    let method = call.request.head.method.rawValue
    self.span = tracer.startSpan(method, context: ServiceContext.below(call.identity.trace), ofKind: .client)
    guard self.span.isRecording else { return }
    let origin = call.dependency.origin
    let path = UpstreamTarget.join(basePath: call.dependency.basePath, forwardedPath: call.path).prefix { $0 != "?" }
    self.span.updateAttributes { attributes in
      attributes["http.request.method"] = method
      attributes["server.address"] = origin.host
      attributes["server.port"] = Int64(origin.port)
      attributes["url.full"] = "\(origin.scheme.rawValue)://\(origin.authority)\(path)"
      attributes["network.protocol.version"] = "1.1"
      attributes["resilience.dependency"] = call.dependency.name
      attributes["resilience.attempt"] = Int64(number)
      if number > 1 { attributes["http.request.resend_count"] = Int64(number - 1) }
    }
  }

  /// The attempt's place in the trace: what the dependency gets as `traceparent`.
  var trace: TraceContext { self.span.trace }

  /// The dependency has answered.
  func answered(_ status: Int) {
    self.span.attributes["http.response.status_code"] = Int64(status)
    if status >= 400 { self.failed("\(status)") }
  }

  /// There was no answer, or it broke off.
  func failed(_ type: String) {
    self.span.attributes["error.type"] = type
    self.span.setStatus(SpanStatus(code: .error))
  }

  /// The attempt is over.
  func end() { self.span.end() }
}
