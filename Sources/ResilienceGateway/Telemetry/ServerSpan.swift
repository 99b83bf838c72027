internal import NIOHTTP1
internal import ResilienceTelemetry
internal import Tracing

/// What is written into the span of a request, by OpenTelemetry's conventions for HTTP servers.
///
/// Never a query, a field or a body: they may hold secrets.
enum ServerSpan {
  /// The request, and the dependency that it is for.
  static func describe(_ span: RecordedSpan, _ request: GatewayRequest, _ dependency: String) {
    guard span.isRecording else { return }
    let method = request.head.method.rawValue
    span.operationName = "\(method) /\(dependency)"
    span.updateAttributes { attributes in
      attributes["http.request.method"] = method
      attributes["http.route"] = "/\(dependency)"
      attributes["url.path"] = String(request.head.uri.prefix { $0 != "?" })
      attributes["url.scheme"] = request.isTLS ? "https" : "http"
      attributes["server.port"] = Int64(request.localPort)
      attributes["client.address"] = request.remoteAddress
      attributes["network.protocol.version"] = "1.1"
      attributes["resilience.dependency"] = dependency
    }
  }

  /// How the call ended.
  static func note(_ outcome: CallOutcome, _ fallback: String?, _ attempts: Int, in span: RecordedSpan) {
    guard span.isRecording else { return }
    span.updateAttributes { attributes in
      attributes["resilience.outcome"] = outcome.rawValue
      attributes["resilience.attempts"] = Int64(attempts)
      if let fallback { attributes["resilience.fallback"] = fallback }
      if outcome == .cancelled { attributes["error.type"] = outcome.rawValue }
    }
  }

  /// The answer has gone out, or the caller is gone (no status).
  static func end(_ span: RecordedSpan?, _ status: Int?) {
    guard let span else { return }
    if let status, span.isRecording {
      span.attributes["http.response.status_code"] = Int64(status)
      // By the conventions a server's span has failed from 500 on only: below, the mistake is the caller's.
      if status >= 500 {
        span.attributes["error.type"] = "\(status)"
        span.setStatus(SpanStatus(code: .error))
      }
    }
    span.end()
  }
}

extension ServiceContext {
  /// A context below a caller's span.
  static func below(_ trace: TraceContext?) -> ServiceContext {
    var context = ServiceContext.topLevel
    context.traceContext = trace
    return context
  }
}
