// Spans, log lines and metrics of a pipeline, through swift-distributed-tracing, swift-log and swift-metrics.
import Resilience
import ResilienceTelemetry

// snippet.telemetry
let observer = SpanEvents(next: MetricsObserver(next: LogObserver()))
let search = Pipeline("search", observer: observer) {
  Traced()  // one span per call
  Measured("search", service: "shop")
  Retry(maxAttempts: 3)
  CircuitBreaker("search", observer: observer)
  Traced(.attempt)  // one span per attempt
}
let hits = try await search { 3 }
// snippet.end
print(hits)
