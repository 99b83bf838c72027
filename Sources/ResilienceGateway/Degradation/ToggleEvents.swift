internal import Logging
internal import ResilienceInterfaces
internal import ResilienceTelemetry
internal import Tracing

/// Tells what toggles say by OpenTelemetry's conventions for feature flags: the event `feature_flag.evaluation` on the
/// request's span, and a log record on the level debug.
///
/// Never the key: it may be a user's name.
enum ToggleEvents {
  static let name = "feature_flag.evaluation"
  static let provider = "swift-resilience"
  private static let log = Logger(label: "resilience.toggles")

  static func tell(_ evaluation: ToggleEvaluation) {
    if let span = RequestScope.current?.span, span.isRecording {
      var attributes = SpanAttributes()
      attributes["feature_flag.key"] = evaluation.toggle
      attributes["feature_flag.result.variant"] = evaluation.variant
      attributes["feature_flag.result.reason"] = evaluation.reason.rawValue
      attributes["feature_flag.provider.name"] = Self.provider
      span.addEvent(SpanEvent(name: Self.name, attributes: attributes))
    }
    self.log.debug(
      "feature_flag.evaluation",
      metadata: [
        "feature_flag.key": .string(evaluation.toggle), "feature_flag.result.variant": .string(evaluation.variant),
        "feature_flag.result.reason": .string(evaluation.reason.rawValue),
        "feature_flag.provider.name": .string(Self.provider),
      ])
  }
}
