import Resilience
import ResilienceTelemetry

/// Keeps ended spans, in the order in which they ended.
final class SpanBasket: SpanSink {
  private let kept = Lock<[FinishedSpan]>([])

  var spans: [FinishedSpan] { self.kept.withLock { $0 } }

  func take(_ span: FinishedSpan) { self.kept.withLock { $0.append(span) } }

  /// The only span of that name.
  func only(_ name: String) -> FinishedSpan? {
    let found = self.spans.filter { $0.name == name }
    return found.count == 1 ? found[0] : nil
  }
}
