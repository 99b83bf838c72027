internal import HTTPTypes
internal import ResilienceTelemetry

/// Finds or makes the id that ties a request, its answer, its log lines and its audit together, as the gateway does.
enum CorrelationName {
  /// The id that the request brings along, if it is harmless, else its trace's, else a new one.
  static func of(_ headers: HTTPFields) -> String {
    let given = HTTPField.Name(CorrelationHeader.headerName).flatMap { headers[$0] }
    let trace = HTTPField.Name("traceparent").flatMap { headers[$0] }.flatMap { TraceContext(traceparent: $0) }
    var random = SystemRandomNumberGenerator()
    return CorrelationHeader(header: given, trace: trace, random: { random.next() }).text
  }
}
